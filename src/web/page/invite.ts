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

/** What an invitation tells beside the address. */
export interface InvitationOptions {
  /** Gives the folded name of the room that is shown; undefined: none is. */
  readonly room: () => string | undefined;
  /** Whether a room has a key, as far as that is known. */
  readonly isPrivate: (room: string) => boolean;
  /** Whether the server has a password. */
  readonly hasPassword: () => boolean;
  /** Asks the server which rooms are private now. */
  readonly ask: () => void;
}

/** Comes up by its button. */
export class Invitation {
  readonly #options: InvitationOptions;
  readonly #dialog = find("invite", HTMLDialogElement);
  /** The room; undefined: none was shown. */
  #room: string | undefined;

  /** Out of sight at first. */
  constructor(options: InvitationOptions) {
    this.#options = options;
    find("show-invite", HTMLButtonElement).addEventListener("click", () => this.#show());
  }

  /** It is known anew which rooms are private. */
  readonly changed: () => void = () => {
    const needed = [
      ...(this.#options.isPrivate(this.#room ?? "") ? [`the key of #${this.#room}`] : []),
      ...(this.#options.hasPassword() ? ["the server's password"] : []),
    ].join(" and ");
    part(this.#dialog, "#invite-needed", HTMLElement).textContent = needed === ""
      ? ""
      : `The link and the code are not enough: people also need ${needed}.`;
  };

  #show(): void {
    const dialog = this.#dialog;
    const name = this.#room = this.#options.room();
    const hash = name === undefined ? "" : `#${encodeURIComponent(name)}`;
    const address = location.origin + location.pathname + hash;
    part(dialog, "#invite-room", HTMLElement).textContent = name === undefined
      ? "this chat"
      : `#${name}`;
    const link = part(dialog, "#invite-address", HTMLAnchorElement);
    link.href = link.textContent = address;
    part(dialog, "#invite-note", HTMLElement).textContent = LOOPBACK.test(location.hostname)
      ? "This address is good on this machine only. For others, open the page by another one of " +
        "those that the server has printed."
      : "";
    draw(part(dialog, "#invite-code", SVGElement), address);
    this.changed();
    this.#options.ask();
    showDialog(dialog);
  }
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
