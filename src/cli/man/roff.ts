/**
 * Text for `man`, in the macros of man(7).
 *
 * @module
 */

/**
 * Characters that troff would take for typography, and what stands for exactly them
 * (groff_char(7)).
 */
const PLAIN: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  '"': "\\(dq",
};

/** `mandoc -T lint` wants lines of the source in 80 bytes; two are kept for `\&`. */
const MAX_LINE_BYTES = 78;

/**
 * A text in which no character means anything to troff, not even at the beginning of a line.
 *
 * @param text One line; what is not ASCII becomes an escape.
 */
export function escapeRoff(text: string): string {
  const escaped = text.replace(/[\\'`^~"-]/g, (sign) => PLAIN[sign] ?? sign)
    .replace(/[^\0-\x7f]/gu, (char) => {
      const code = char.codePointAt(0)?.toString(16).toUpperCase() ?? "";
      return `\\[u${code.padStart(4, "0")}]`;
    });
  // A dot at the beginning would make a request of the line.
  return escaped.replace(/^\./, "\\&.");
}

/** Bold, for what is typed as it stands. */
export function bold(text: string): string {
  return `\\fB${escapeRoff(text)}\\fR`;
}

/** Italic (underlined on terminals), for what stands for something else. */
export function italic(text: string): string {
  return `\\fI${escapeRoff(text)}\\fR`;
}

/** A head and what stands under it, where a request for a new paragraph would be one too many. */
function under(head: string, parts: readonly string[]): string {
  return `${head}\n${parts.join("").replace(/^\.PP\n/, "")}`;
}

/**
 * A section.
 *
 * @param title In capitals, as is the custom.
 * @param parts What stands in it.
 */
export function section(title: string, ...parts: readonly string[]): string {
  return under(`.SH ${escapeRoff(title)}`, parts);
}

/**
 * A part of a section.
 *
 * @param title In small letters.
 * @param parts What stands in it.
 */
export function subsection(title: string, ...parts: readonly string[]): string {
  return under(`.SS ${escapeRoff(title)}`, parts);
}

/** Plain text on as many lines of the source as it takes; `man` fills its own lines anew. */
function filled(text: string): string {
  let source = "";
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && escapeRoff(longer).length > MAX_LINE_BYTES) {
      // A full stop at the end of a line would be followed by two spaces.
      source += `${escapeRoff(line)}${/[.!?]$/.test(line) ? "\\&" : ""}\n`;
      line = word;
    } else {
      line = longer;
    }
  }
  return `${source}${escapeRoff(line)}\n`;
}

/** A paragraph of plain text. */
export function paragraph(text: string): string {
  return `.PP\n${filled(text)}`;
}

/**
 * A term, and under it, indented, what it is.
 *
 * @param term Already escaped, see {@linkcode bold} and {@linkcode italic}.
 * @param text Plain.
 */
export function item(term: string, text: string): string {
  return `.TP\n${term}\n${filled(text)}`;
}

/** Lines to type, as they are, under a sentence that tells their purpose. */
export function example(purpose: string, lines: readonly string[]): string {
  const typed = lines.map((line) => `${escapeRoff(line)}\n`).join("");
  return `${paragraph(purpose)}.PP\n.RS 4\n.nf\n${typed}.fi\n.RE\n`;
}
