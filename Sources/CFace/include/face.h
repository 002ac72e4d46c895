// The files of the pages as parts of the program; each folder has a C file beside it. SwiftPM could do this too
// (`.embedInCode`), but writes each file as a Swift array of numbers: at 90 KB that takes the compiler 15 s, and this no
// time at all.
#ifndef FACE_H
#define FACE_H

#include <stddef.h>

struct face_file {
    const char *name;
    const unsigned char *bytes;
    size_t size;
};

#define FACE_FILE(name, bytes) {name, bytes, sizeof bytes}

// Each ends with an entry without a name.
extern const struct face_file shared_files[];
extern const struct face_file admin_files[];
extern const struct face_file chat_files[];

// As Swift sees them: arrays without a length are nothing that it could import.
static inline const struct face_file *face_shared(void) { return shared_files; }
static inline const struct face_file *face_admin(void) { return admin_files; }
static inline const struct face_file *face_chat(void) { return chat_files; }

#endif
