// The administration page. See face.h.
#include "face.h"

// Of C23, and in Clang for every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char admin_css[] = {
#embed "admin/admin.css"
};
static const unsigned char api_js[] = {
#embed "admin/api.js"
};
static const unsigned char audit_page_js[] = {
#embed "admin/audit-page.js"
};
static const unsigned char bot_sheet_js[] = {
#embed "admin/bot-sheet.js"
};
static const unsigned char bots_page_js[] = {
#embed "admin/bots-page.js"
};
static const unsigned char chinese_bots_js[] = {
#embed "admin/chinese-bots.js"
};
static const unsigned char chinese_groups_js[] = {
#embed "admin/chinese-groups.js"
};
static const unsigned char chinese_outbox_js[] = {
#embed "admin/chinese-outbox.js"
};
static const unsigned char chinese_storage_js[] = {
#embed "admin/chinese-storage.js"
};
static const unsigned char chinese_js[] = {
#embed "admin/chinese.js"
};
static const unsigned char cluster_page_js[] = {
#embed "admin/cluster-page.js"
};
static const unsigned char configuration_page_js[] = {
#embed "admin/configuration-page.js"
};
static const unsigned char departments_page_js[] = {
#embed "admin/departments-page.js"
};
static const unsigned char discovery_page_js[] = {
#embed "admin/discovery-page.js"
};
static const unsigned char events_page_js[] = {
#embed "admin/events-page.js"
};
static const unsigned char frame_js[] = {
#embed "admin/frame.js"
};
static const unsigned char groups_page_js[] = {
#embed "admin/groups-page.js"
};
static const unsigned char history_js[] = {
#embed "admin/history.js"
};
static const unsigned char index_html[] = {
#embed "admin/index.html"
};
static const unsigned char links_js[] = {
#embed "admin/links.js"
};
static const unsigned char load_page_js[] = {
#embed "admin/load-page.js"
};
static const unsigned char notice_page_js[] = {
#embed "admin/notice-page.js"
};
static const unsigned char outbox_page_js[] = {
#embed "admin/outbox-page.js"
};
static const unsigned char parts_css[] = {
#embed "admin/parts.css"
};
static const unsigned char people_js[] = {
#embed "admin/people.js"
};
static const unsigned char phones_page_js[] = {
#embed "admin/phones-page.js"
};
static const unsigned char rights_js[] = {
#embed "admin/rights.js"
};
static const unsigned char secret_js[] = {
#embed "admin/secret.js"
};
static const unsigned char session_js[] = {
#embed "admin/session.js"
};
static const unsigned char signin_js[] = {
#embed "admin/signin.js"
};
static const unsigned char spark_js[] = {
#embed "admin/spark.js"
};
static const unsigned char standing_js[] = {
#embed "admin/standing.js"
};
static const unsigned char start_js[] = {
#embed "admin/start.js"
};
static const unsigned char storage_page_js[] = {
#embed "admin/storage-page.js"
};
static const unsigned char table_js[] = {
#embed "admin/table.js"
};
static const unsigned char user_quota_js[] = {
#embed "admin/user-quota.js"
};
static const unsigned char user_sheet_js[] = {
#embed "admin/user-sheet.js"
};
static const unsigned char users_page_js[] = {
#embed "admin/users-page.js"
};
static const unsigned char watch_js[] = {
#embed "admin/watch.js"
};
static const unsigned char webhooks_page_js[] = {
#embed "admin/webhooks-page.js"
};

const struct face_file admin_files[] = {
    FACE_FILE("admin.css", admin_css),
    FACE_FILE("api.js", api_js),
    FACE_FILE("audit-page.js", audit_page_js),
    FACE_FILE("bot-sheet.js", bot_sheet_js),
    FACE_FILE("bots-page.js", bots_page_js),
    FACE_FILE("chinese-bots.js", chinese_bots_js),
    FACE_FILE("chinese-groups.js", chinese_groups_js),
    FACE_FILE("chinese-outbox.js", chinese_outbox_js),
    FACE_FILE("chinese-storage.js", chinese_storage_js),
    FACE_FILE("chinese.js", chinese_js),
    FACE_FILE("cluster-page.js", cluster_page_js),
    FACE_FILE("configuration-page.js", configuration_page_js),
    FACE_FILE("departments-page.js", departments_page_js),
    FACE_FILE("discovery-page.js", discovery_page_js),
    FACE_FILE("events-page.js", events_page_js),
    FACE_FILE("frame.js", frame_js),
    FACE_FILE("groups-page.js", groups_page_js),
    FACE_FILE("history.js", history_js),
    FACE_FILE("index.html", index_html),
    FACE_FILE("links.js", links_js),
    FACE_FILE("load-page.js", load_page_js),
    FACE_FILE("notice-page.js", notice_page_js),
    FACE_FILE("outbox-page.js", outbox_page_js),
    FACE_FILE("parts.css", parts_css),
    FACE_FILE("people.js", people_js),
    FACE_FILE("phones-page.js", phones_page_js),
    FACE_FILE("rights.js", rights_js),
    FACE_FILE("secret.js", secret_js),
    FACE_FILE("session.js", session_js),
    FACE_FILE("signin.js", signin_js),
    FACE_FILE("spark.js", spark_js),
    FACE_FILE("standing.js", standing_js),
    FACE_FILE("start.js", start_js),
    FACE_FILE("storage-page.js", storage_page_js),
    FACE_FILE("table.js", table_js),
    FACE_FILE("user-quota.js", user_quota_js),
    FACE_FILE("user-sheet.js", user_sheet_js),
    FACE_FILE("users-page.js", users_page_js),
    FACE_FILE("watch.js", watch_js),
    FACE_FILE("webhooks-page.js", webhooks_page_js),
    {0},
};
