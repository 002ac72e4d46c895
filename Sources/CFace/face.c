// The files of the administration page as parts of the program. SwiftPM could do this too (`.embedInCode`), but writes
// each file as a Swift array of numbers: at 90 KB that takes the compiler 15 s, and this no time at all.
#include "face.h"

// Of C23, and in Clang for every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char admin_css[] = {
#embed "page/admin.css"
};
static const unsigned char api_js[] = {
#embed "page/api.js"
};
static const unsigned char audit_page_js[] = {
#embed "page/audit-page.js"
};
static const unsigned char chinese_js[] = {
#embed "page/chinese.js"
};
static const unsigned char cluster_page_js[] = {
#embed "page/cluster-page.js"
};
static const unsigned char configuration_page_js[] = {
#embed "page/configuration-page.js"
};
static const unsigned char departments_page_js[] = {
#embed "page/departments-page.js"
};
static const unsigned char dialog_js[] = {
#embed "page/dialog.js"
};
static const unsigned char discovery_page_js[] = {
#embed "page/discovery-page.js"
};
static const unsigned char dom_js[] = {
#embed "page/dom.js"
};
static const unsigned char events_page_js[] = {
#embed "page/events-page.js"
};
static const unsigned char form_js[] = {
#embed "page/form.js"
};
static const unsigned char frame_js[] = {
#embed "page/frame.js"
};
static const unsigned char groups_page_js[] = {
#embed "page/groups-page.js"
};
static const unsigned char history_js[] = {
#embed "page/history.js"
};
static const unsigned char icon_svg[] = {
#embed "page/icon.svg"
};
static const unsigned char index_html[] = {
#embed "page/index.html"
};
static const unsigned char links_js[] = {
#embed "page/links.js"
};
static const unsigned char load_page_js[] = {
#embed "page/load-page.js"
};
static const unsigned char notice_page_js[] = {
#embed "page/notice-page.js"
};
static const unsigned char parts_css[] = {
#embed "page/parts.css"
};
static const unsigned char people_js[] = {
#embed "page/people.js"
};
static const unsigned char rights_js[] = {
#embed "page/rights.js"
};
static const unsigned char say_js[] = {
#embed "page/say.js"
};
static const unsigned char session_js[] = {
#embed "page/session.js"
};
static const unsigned char signin_js[] = {
#embed "page/signin.js"
};
static const unsigned char spark_js[] = {
#embed "page/spark.js"
};
static const unsigned char standing_js[] = {
#embed "page/standing.js"
};
static const unsigned char start_js[] = {
#embed "page/start.js"
};
static const unsigned char table_js[] = {
#embed "page/table.js"
};
static const unsigned char user_sheet_js[] = {
#embed "page/user-sheet.js"
};
static const unsigned char users_page_js[] = {
#embed "page/users-page.js"
};
static const unsigned char watch_js[] = {
#embed "page/watch.js"
};
static const unsigned char words_js[] = {
#embed "page/words.js"
};

#define FILE(name, bytes) {name, bytes, sizeof bytes}

static const struct face_file files[] = {
    FILE("admin.css", admin_css),
    FILE("api.js", api_js),
    FILE("audit-page.js", audit_page_js),
    FILE("chinese.js", chinese_js),
    FILE("cluster-page.js", cluster_page_js),
    FILE("configuration-page.js", configuration_page_js),
    FILE("departments-page.js", departments_page_js),
    FILE("dialog.js", dialog_js),
    FILE("discovery-page.js", discovery_page_js),
    FILE("dom.js", dom_js),
    FILE("events-page.js", events_page_js),
    FILE("form.js", form_js),
    FILE("frame.js", frame_js),
    FILE("groups-page.js", groups_page_js),
    FILE("history.js", history_js),
    FILE("icon.svg", icon_svg),
    FILE("index.html", index_html),
    FILE("links.js", links_js),
    FILE("load-page.js", load_page_js),
    FILE("notice-page.js", notice_page_js),
    FILE("parts.css", parts_css),
    FILE("people.js", people_js),
    FILE("rights.js", rights_js),
    FILE("say.js", say_js),
    FILE("session.js", session_js),
    FILE("signin.js", signin_js),
    FILE("spark.js", spark_js),
    FILE("standing.js", standing_js),
    FILE("start.js", start_js),
    FILE("table.js", table_js),
    FILE("user-sheet.js", user_sheet_js),
    FILE("users-page.js", users_page_js),
    FILE("watch.js", watch_js),
    FILE("words.js", words_js),
};

const struct face_file *face_file(size_t index) {
    return index < sizeof files / sizeof files[0] ? &files[index] : NULL;
}
