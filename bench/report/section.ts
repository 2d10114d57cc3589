/**
 * One scenario in Markdown: its tables, and what has to be known about them.
 *
 * @module
 */

import {
  columnName,
  figuresOf,
  measured,
  ratio,
  renderRatio,
  renderRows,
  renderSpread,
  renderTable,
} from "../table.ts";
import { layoutOf, MAX_COLUMN_PEERS } from "./layout.ts";
import type { PeerRecord, ScenarioRecord } from "./record.ts";

/** Whom the others are compared with. */
export const OURS = "ours";

/** What shows the work that nobody can save; each is compared with the one of its line length. */
const LIMITS = [
  { head: "limit", plain: "limit", json: "limit-json" },
  { head: "limit in C", plain: "limit-c", json: "limit-c-json" },
] as const;

/** Columns of a table of the rest before the next one begins: wider ones are not read. */
const MAX_COLUMNS = 5;

/** The tables of a scenario and the lines below them, without a heading. */
export function renderSection(record: ScenarioRecord): string {
  return mainTable(record) + restTables(record) + `\n${measuredLine(record)}\n` + notes(record);
}

/** The table of what matters; with few peers it is the only one and holds everything. */
export function mainTable(record: ScenarioRecord): string {
  const { scenario, samples, peers } = record;
  const layout = layoutOf(scenario, samples);
  if (peers.length <= MAX_COLUMN_PEERS) {
    const gaps = new Map(peers.map(({ name, gap }) => [name, gap ?? "–"]));
    return renderTable(samples, peers.map(({ name }) => name), gaps);
  }
  const [headline = ""] = layout.figures;
  const isOursHere = peers.some(({ name }) => name === OURS);
  const columns = peerColumns(record, layout.figures);
  if (isOursHere && layout.better !== "neither") {
    columns.push({
      head: `${OURS} ÷ it`,
      cell: ({ name }) => {
        const spread = name === OURS ? undefined : ratio(samples, headline, OURS, name);
        return spread === undefined ? "" : renderRatio(spread);
      },
    });
  }
  for (const { head, plain, json } of layout.better === "more" ? LIMITS : []) {
    if (!peers.some(({ name }) => name === plain)) continue;
    columns.push({
      head: `it ÷ ${head}`,
      cell: ({ name }) => {
        const limit = name.endsWith("-json") ? json : plain;
        const spread = name === limit ? undefined : ratio(samples, headline, name, limit);
        return spread === undefined ? "" : renderRatio(spread);
      },
    });
  }
  return renderPeers(peers, columns);
}

/** One line: when, which program, how many rounds, how busy the machine was. */
export function measuredLine(record: ScenarioRecord): string {
  const when = `${record.startedAt.slice(0, 16).replace("T", " ")} UTC`;
  const what = record.commit === null ? "" : `, commit ${record.commit}`;
  const rounds = record.rounds === 1 ? "one round" : `${record.rounds} alternating rounds`;
  return `Median (minimum–maximum) of ${rounds}; ${when}${what}; load average of 1, 5 and 15 ` +
    `minutes ${record.loadBefore} before and ${record.loadAfter} after.`;
}

interface Column {
  readonly head: string;
  readonly cell: (peer: PeerRecord) => string;
}

function peerColumns({ samples }: ScenarioRecord, labels: readonly string[]): Column[] {
  return figuresOf(samples).filter(({ label }) => labels.includes(label))
    .sort((a, b) => labels.indexOf(a.label) - labels.indexOf(b.label))
    .map((figure) => ({
      head: columnName(figure),
      cell: ({ name }) => {
        const spread = measured(samples, name, figure.label);
        return spread === undefined ? "–" : renderSpread(spread, figure.unit);
      },
    }));
}

/** A row for each peer; the first column of one that has nothing names the gap. */
function renderPeers(peers: readonly PeerRecord[], columns: readonly Column[]): string {
  const rows = peers.map((peer) => [
    peer.name.startsWith(OURS) ? `**${peer.name}**` : peer.name,
    ...columns.map(({ cell }, index) =>
      peer.gap === undefined ? cell(peer) : index === 0 ? peer.gap : ""
    ),
  ]);
  return renderRows(["", ...columns.map(({ head }) => head)], rows);
}

/** What the first table does not show. */
function restTables(record: ScenarioRecord): string {
  const { scenario, samples, peers } = record;
  if (peers.length <= MAX_COLUMN_PEERS) return "";
  const shown = layoutOf(scenario, samples).figures;
  const labels = figuresOf(samples).map(({ label }) => label).filter((one) => !shown.includes(one));
  const present = peers.filter(({ gap }) => gap === undefined);
  let text = "";
  for (let first = 0; first < labels.length; first += MAX_COLUMNS) {
    const some = labels.slice(first, first + MAX_COLUMNS);
    const rows = present.filter(({ name }) => some.some((one) => measured(samples, name, one)));
    text += `\n${renderPeers(rows, peerColumns(record, some))}`;
  }
  return text;
}

function notes({ peers }: ScenarioRecord): string {
  let text = "";
  for (const { name, note, failure } of peers) {
    if (note !== undefined) text += `For ${name}: ${note}.\n`;
    if (failure !== undefined) text += `${name} FAILED ${failure}\n`;
  }
  return text === "" ? "" : `\n${text}`;
}
