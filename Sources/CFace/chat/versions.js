// Tabs that were opened before the server was renewed. Two versions of the page do not share an engine, so each would
// put the other's connection out: the tabs that were there first begin anew with the newer files.

/** While some servers are renewed and others are not, tabs may come from either: they do not chase each other. */
const pause = 600_000;

/** - version: of this page. - tab: what a page can do; see `start.js`. */
export function keepUp(version, { channel, history, now, isHidden, whenTurned, reload }) {
  const renew = () => {
    if (!isHidden() || now() - (history.state?.renewed ?? 0) < pause) return;
    history.replaceState({ renewed: now() }, '');
    reload();
  };
  let isOld = false;
  channel.onmessage = ({ data }) => {
    if (data === version || isOld) return;
    isOld = true;
    // Nothing is taken away from under somebody's hands; drafts are kept.
    whenTurned(renew);
    renew();
  };
  channel.postMessage(version);
}
