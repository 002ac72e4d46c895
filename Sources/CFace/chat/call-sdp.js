// What a session description (SDP, RFC 8866) says beyond what a browser makes of it.

/**
 * Whether a call is one with a picture. Each call has room for one, so that a camera can be switched on later; but only
 * a picture that is meant to be seen at once belongs to a stream (`a=msid`, RFC 8830; `-` stands for none).
 */
export function hasPicture(description) {
  const section = description.split(/\r?\n(?=m=)/).find((part) => part.startsWith('m=video '));
  return Boolean(section) && !section.startsWith('m=video 0 ') && /^a=(sendrecv|sendonly)\r?$/m.test(section)
    && /^a=msid:(?!-(\s|$))/m.test(section);
}
