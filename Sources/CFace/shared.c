// What both pages are made of. See face.h.
#include "face.h"

// Of C23, and in Clang for every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char base_css[] = {
#embed "shared/base.css"
};
static const unsigned char dialog_js[] = {
#embed "shared/dialog.js"
};
static const unsigned char dom_js[] = {
#embed "shared/dom.js"
};
static const unsigned char form_js[] = {
#embed "shared/form.js"
};
static const unsigned char icon_svg[] = {
#embed "shared/icon.svg"
};
static const unsigned char key_js[] = {
#embed "shared/key.js"
};
static const unsigned char language_js[] = {
#embed "shared/language.js"
};
static const unsigned char say_js[] = {
#embed "shared/say.js"
};
static const unsigned char size_js[] = {
#embed "shared/size.js"
};
static const unsigned char words_js[] = {
#embed "shared/words.js"
};

const struct face_file shared_files[] = {
    FACE_FILE("base.css", base_css),
    FACE_FILE("dialog.js", dialog_js),
    FACE_FILE("dom.js", dom_js),
    FACE_FILE("form.js", form_js),
    FACE_FILE("icon.svg", icon_svg),
    FACE_FILE("key.js", key_js),
    FACE_FILE("language.js", language_js),
    FACE_FILE("say.js", say_js),
    FACE_FILE("size.js", size_js),
    FACE_FILE("words.js", words_js),
    {0},
};
