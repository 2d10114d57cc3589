/// <reference lib="dom" />
/**
 * The address of the room that is shown, as a QR code and as a link: somebody scans it from a wall.
 *
 * @module
 */

import { qrCode } from "../../qr_code.ts";
import { showDialog } from "./dialog.ts";
import { find, part } from "./dom.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Names of this machine, under which no other finds it. */
const LOOPBACK = /^(?:localhost|127\.[\d.]{1,12}|\[::1\])$/;

/**
 * Lets the button show it.
 *
 * @param room Gives the folded name of the room that is shown; undefined: none is.
 */
export function offerInvitation(room: () => string | undefined): void {
  const dialog = find("invite", HTMLDialogElement);
  find("show-invite", HTMLButtonElement).addEventListener("click", () => {
    const name = room();
    const hash = name === undefined ? "" : `#${encodeURIComponent(name)}`;
    const address = location.origin + location.pathname + hash;
    part(dialog, "#invite-room", HTMLElement).textContent = name === undefined ? "" : `#${name}`;
    const link = part(dialog, "#invite-address", HTMLAnchorElement);
    link.href = link.textContent = address;
    part(dialog, "#invite-note", HTMLElement).textContent = LOOPBACK.test(location.hostname)
      ? "This address is good on this machine only. For others, open the page by another one of " +
        "those that the server has printed."
      : "";
    draw(part(dialog, "#invite-code", SVGElement), address);
    showDialog(dialog);
  });
}

function draw(svg: SVGElement, address: string): void {
  const code = qrCode(address);
  svg.setAttribute("viewBox", `0 0 ${code.length} ${code.length}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const squares = code.flatMap((row, y) =>
    row.map((isBlack, x) => isBlack ? `M${x} ${y}h1v1h-1z` : "")
  );
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", squares.join(""));
  svg.replaceChildren(path);
}
