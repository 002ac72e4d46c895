// The files of the administration page, which stand in the folder `page`.
#ifndef FACE_H
#define FACE_H

#include <stddef.h>

struct face_file {
    const char *name;
    const unsigned char *bytes;
    size_t size;
};

/// The files by number from 0 on; NULL behind the last one.
const struct face_file *face_file(size_t index);

#endif
