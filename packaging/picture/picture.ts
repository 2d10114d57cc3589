/**
 * The picture of a session: which terminals stand where in it, and what is said about it.
 *
 * @module
 */

import { type PaneName, type Played, SIZES } from "./scene.ts";
import { drawFilm, type Layout, paneHeight, paneWidth } from "./svg.ts";

/** Where the picture is kept. */
export const PICTURE: URL = new URL("../../docs/images/session.svg", import.meta.url);

/** Around and between the windows: pixels. */
const GAP = 10;

/** For the captions, above the windows: pixels. */
const CAPTION_PIXELS = 32;

const TITLE = "A chat room from the first command on, in four terminals";

const DESCRIPTION =
  "One machine runs chat serve, which prints how to come in. Ada and Linus join with chat join and " +
  "talk. A script says one line through a pipe. Barbara, who has only nc, comes in and is shown what " +
  "was said before. The server is killed; Linus goes on typing, and her message waits. When the " +
  "server is started again, both are connected again and the message arrives once.";

/**
 * The file's text.
 *
 * @param played The scene.
 */
export function drawPicture({ film }: Played): string {
  return drawFilm(film, layout());
}

function layout(): Layout<PaneName> {
  const { server, ada, linus, guest } = SIZES;
  const top = GAP + CAPTION_PIXELS;
  const middle = top + paneHeight(server.rows) + GAP;
  const bottom = middle + paneHeight(ada.rows) + GAP;
  const width = 2 * GAP + paneWidth(server.columns);
  return {
    title: TITLE,
    description: DESCRIPTION,
    size: [width, bottom + paneHeight(guest.rows) + GAP],
    caption: [GAP + 4, GAP + 19],
    places: {
      server: { ...server, title: "the server", x: GAP, y: top },
      ada: { ...ada, title: "ada", x: GAP, y: middle },
      linus: {
        ...linus,
        title: "linus",
        x: width - GAP - paneWidth(linus.columns),
        y: middle,
      },
      guest: { ...guest, title: "a script, and somebody without this program", x: GAP, y: bottom },
    },
  };
}
