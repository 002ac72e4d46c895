// The token of whoever looks: kept by this tab only, and gone with it.

const name = 'grapevine.token';

export const session = {
  /** Of the token; null: not known. */
  scopes: null,
  get token() { return sessionStorage.getItem(name); },
  open(token) { sessionStorage.setItem(name, token); },
  close() {
    sessionStorage.removeItem(name);
    session.scopes = null;
  },
};
