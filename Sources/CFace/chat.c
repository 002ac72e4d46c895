// The page in which people talk. See face.h.
#include "face.h"

// Of C23, and in Clang for every C.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char aes_js[] = {
#embed "chat/aes.js"
};
static const unsigned char avatar_js[] = {
#embed "chat/avatar.js"
};
static const unsigned char away_js[] = {
#embed "chat/away.js"
};
static const unsigned char bubble_js[] = {
#embed "chat/bubble.js"
};
static const unsigned char bulk_js[] = {
#embed "chat/bulk.js"
};
static const unsigned char call_devices_js[] = {
#embed "chat/call-devices.js"
};
static const unsigned char call_link_js[] = {
#embed "chat/call-link.js"
};
static const unsigned char call_list_js[] = {
#embed "chat/call-list.js"
};
static const unsigned char call_media_js[] = {
#embed "chat/call-media.js"
};
static const unsigned char call_quality_js[] = {
#embed "chat/call-quality.js"
};
static const unsigned char call_sdp_js[] = {
#embed "chat/call-sdp.js"
};
static const unsigned char call_text_js[] = {
#embed "chat/call-text.js"
};
static const unsigned char call_window_js[] = {
#embed "chat/call-window.js"
};
static const unsigned char call_words_js[] = {
#embed "chat/call-words.js"
};
static const unsigned char call_css[] = {
#embed "chat/call.css"
};
static const unsigned char call_js[] = {
#embed "chat/call.js"
};
static const unsigned char calls_js[] = {
#embed "chat/calls.js"
};
static const unsigned char carrier_js[] = {
#embed "chat/carrier.js"
};
static const unsigned char chat_css[] = {
#embed "chat/chat.css"
};
static const unsigned char chats_js[] = {
#embed "chat/chats.js"
};
static const unsigned char chinese_js[] = {
#embed "chat/chinese.js"
};
static const unsigned char client_js[] = {
#embed "chat/client.js"
};
static const unsigned char composer_js[] = {
#embed "chat/composer.js"
};
static const unsigned char content_js[] = {
#embed "chat/content.js"
};
static const unsigned char conversation_js[] = {
#embed "chat/conversation.js"
};
static const unsigned char directory_js[] = {
#embed "chat/directory.js"
};
static const unsigned char drop_js[] = {
#embed "chat/drop.js"
};
static const unsigned char emoji_panel_js[] = {
#embed "chat/emoji-panel.js"
};
static const unsigned char emoji_js[] = {
#embed "chat/emoji.js"
};
static const unsigned char engine_js[] = {
#embed "chat/engine.js"
};
static const unsigned char files_css[] = {
#embed "chat/files.css"
};
static const unsigned char files_js[] = {
#embed "chat/files.js"
};
static const unsigned char frame_js[] = {
#embed "chat/frame.js"
};
static const unsigned char group_js[] = {
#embed "chat/group.js"
};
static const unsigned char hints_js[] = {
#embed "chat/hints.js"
};
static const unsigned char host_js[] = {
#embed "chat/host.js"
};
static const unsigned char icons_js[] = {
#embed "chat/icons.js"
};
static const unsigned char incoming_js[] = {
#embed "chat/incoming.js"
};
static const unsigned char index_html[] = {
#embed "chat/index.html"
};
static const unsigned char lightbox_js[] = {
#embed "chat/lightbox.js"
};
static const unsigned char link_js[] = {
#embed "chat/link.js"
};
static const unsigned char manifest_json[] = {
#embed "chat/manifest.json"
};
static const unsigned char md5_js[] = {
#embed "chat/md5.js"
};
static const unsigned char media_css[] = {
#embed "chat/media.css"
};
static const unsigned char media_js[] = {
#embed "chat/media.js"
};
static const unsigned char messages_js[] = {
#embed "chat/messages.js"
};
static const unsigned char model_js[] = {
#embed "chat/model.js"
};
static const unsigned char notices_js[] = {
#embed "chat/notices.js"
};
static const unsigned char outbox_js[] = {
#embed "chat/outbox.js"
};
static const unsigned char own_call_js[] = {
#embed "chat/own-call.js"
};
static const unsigned char own_face_js[] = {
#embed "chat/own-face.js"
};
static const unsigned char own_groups_js[] = {
#embed "chat/own-groups.js"
};
static const unsigned char packets_js[] = {
#embed "chat/packets.js"
};
static const unsigned char people_js[] = {
#embed "chat/people.js"
};
static const unsigned char picture_js[] = {
#embed "chat/picture.js"
};
static const unsigned char pinyin_js[] = {
#embed "chat/pinyin.js"
};
static const unsigned char player_js[] = {
#embed "chat/player.js"
};
static const unsigned char prepare_js[] = {
#embed "chat/prepare.js"
};
static const unsigned char problems_js[] = {
#embed "chat/problems.js"
};
static const unsigned char profile_js[] = {
#embed "chat/profile.js"
};
static const unsigned char protobuf_js[] = {
#embed "chat/protobuf.js"
};
static const unsigned char questions_js[] = {
#embed "chat/questions.js"
};
static const unsigned char recorder_js[] = {
#embed "chat/recorder.js"
};
static const unsigned char registration_js[] = {
#embed "chat/registration.js"
};
static const unsigned char ring_js[] = {
#embed "chat/ring.js"
};
static const unsigned char rows_js[] = {
#embed "chat/rows.js"
};
static const unsigned char sealed_text_js[] = {
#embed "chat/sealed-text.js"
};
static const unsigned char service_worker_js[] = {
#embed "chat/service-worker.js"
};
static const unsigned char signin_js[] = {
#embed "chat/signin.js"
};
static const unsigned char sound_js[] = {
#embed "chat/sound.js"
};
static const unsigned char start_js[] = {
#embed "chat/start.js"
};
static const unsigned char store_js[] = {
#embed "chat/store.js"
};
static const unsigned char strip_js[] = {
#embed "chat/strip.js"
};
static const unsigned char talk_css[] = {
#embed "chat/talk.css"
};
static const unsigned char talk_js[] = {
#embed "chat/talk.js"
};
static const unsigned char talks_js[] = {
#embed "chat/talks.js"
};
static const unsigned char timeline_js[] = {
#embed "chat/timeline.js"
};
static const unsigned char times_js[] = {
#embed "chat/times.js"
};
static const unsigned char transfers_js[] = {
#embed "chat/transfers.js"
};
static const unsigned char tray_js[] = {
#embed "chat/tray.js"
};
static const unsigned char upload_js[] = {
#embed "chat/upload.js"
};
static const unsigned char versions_js[] = {
#embed "chat/versions.js"
};
static const unsigned char worker_js[] = {
#embed "chat/worker.js"
};

const struct face_file chat_files[] = {
    FACE_FILE("aes.js", aes_js),
    FACE_FILE("avatar.js", avatar_js),
    FACE_FILE("away.js", away_js),
    FACE_FILE("bubble.js", bubble_js),
    FACE_FILE("bulk.js", bulk_js),
    FACE_FILE("call-devices.js", call_devices_js),
    FACE_FILE("call-link.js", call_link_js),
    FACE_FILE("call-list.js", call_list_js),
    FACE_FILE("call-media.js", call_media_js),
    FACE_FILE("call-quality.js", call_quality_js),
    FACE_FILE("call-sdp.js", call_sdp_js),
    FACE_FILE("call-text.js", call_text_js),
    FACE_FILE("call-window.js", call_window_js),
    FACE_FILE("call-words.js", call_words_js),
    FACE_FILE("call.css", call_css),
    FACE_FILE("call.js", call_js),
    FACE_FILE("calls.js", calls_js),
    FACE_FILE("carrier.js", carrier_js),
    FACE_FILE("chat.css", chat_css),
    FACE_FILE("chats.js", chats_js),
    FACE_FILE("chinese.js", chinese_js),
    FACE_FILE("client.js", client_js),
    FACE_FILE("composer.js", composer_js),
    FACE_FILE("content.js", content_js),
    FACE_FILE("conversation.js", conversation_js),
    FACE_FILE("directory.js", directory_js),
    FACE_FILE("drop.js", drop_js),
    FACE_FILE("emoji-panel.js", emoji_panel_js),
    FACE_FILE("emoji.js", emoji_js),
    FACE_FILE("engine.js", engine_js),
    FACE_FILE("files.css", files_css),
    FACE_FILE("files.js", files_js),
    FACE_FILE("frame.js", frame_js),
    FACE_FILE("group.js", group_js),
    FACE_FILE("hints.js", hints_js),
    FACE_FILE("host.js", host_js),
    FACE_FILE("icons.js", icons_js),
    FACE_FILE("incoming.js", incoming_js),
    FACE_FILE("index.html", index_html),
    FACE_FILE("lightbox.js", lightbox_js),
    FACE_FILE("link.js", link_js),
    FACE_FILE("manifest.json", manifest_json),
    FACE_FILE("md5.js", md5_js),
    FACE_FILE("media.css", media_css),
    FACE_FILE("media.js", media_js),
    FACE_FILE("messages.js", messages_js),
    FACE_FILE("model.js", model_js),
    FACE_FILE("notices.js", notices_js),
    FACE_FILE("outbox.js", outbox_js),
    FACE_FILE("own-call.js", own_call_js),
    FACE_FILE("own-face.js", own_face_js),
    FACE_FILE("own-groups.js", own_groups_js),
    FACE_FILE("packets.js", packets_js),
    FACE_FILE("people.js", people_js),
    FACE_FILE("picture.js", picture_js),
    FACE_FILE("pinyin.js", pinyin_js),
    FACE_FILE("player.js", player_js),
    FACE_FILE("prepare.js", prepare_js),
    FACE_FILE("problems.js", problems_js),
    FACE_FILE("profile.js", profile_js),
    FACE_FILE("protobuf.js", protobuf_js),
    FACE_FILE("questions.js", questions_js),
    FACE_FILE("recorder.js", recorder_js),
    FACE_FILE("registration.js", registration_js),
    FACE_FILE("ring.js", ring_js),
    FACE_FILE("rows.js", rows_js),
    FACE_FILE("sealed-text.js", sealed_text_js),
    FACE_FILE("service-worker.js", service_worker_js),
    FACE_FILE("signin.js", signin_js),
    FACE_FILE("sound.js", sound_js),
    FACE_FILE("start.js", start_js),
    FACE_FILE("store.js", store_js),
    FACE_FILE("strip.js", strip_js),
    FACE_FILE("talk.css", talk_css),
    FACE_FILE("talk.js", talk_js),
    FACE_FILE("talks.js", talks_js),
    FACE_FILE("timeline.js", timeline_js),
    FACE_FILE("times.js", times_js),
    FACE_FILE("transfers.js", transfers_js),
    FACE_FILE("tray.js", tray_js),
    FACE_FILE("upload.js", upload_js),
    FACE_FILE("versions.js", versions_js),
    FACE_FILE("worker.js", worker_js),
    {0},
};
