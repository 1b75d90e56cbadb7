// Draws charts from the tables that stand beside them: the table is what is read without a script, and by a screen reader.

const HEIGHT = 220;
const MILLIMES = 1000;
const COLOURS = ["--accent-fill", "--sand", "--good"];
const MOST_LABELS_PER_PIXEL = 1 / 84;

const { documentElement: root } = document;
const numbers = (options) => new Intl.NumberFormat(`${root.lang}-u-nu-latn`, options);
const SHOW = {
  money: (value) => numbers({ maximumFractionDigits: 3 }).format(value / MILLIMES),
  percent: (value) => numbers({ style: "percent", maximumFractionDigits: 1 }).format(value),
};

function colour(name) {
  return getComputedStyle(root).getPropertyValue(name).trim();
}

/** The heading and the labels of the rows, and for each column its heading, its unit and its values; an empty cell is null. */
function readTable(table, wanted) {
  const headings = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const columns = wanted.map((name) => {
    const place = headings.findIndex((cell) => cell.dataset.column === name);
    const { dataset, textContent } = headings[place];
    const values = rows.map(({ cells }) => cells[place].dataset.value).map((text) => (text === undefined ? null : Number(text)));
    return { label: textContent.trim(), unit: dataset.unit, values };
  });
  return { heading: headings[0].textContent.trim(), labels: rows.map(({ cells }) => cells[0].dataset.label), columns };
}

function series(column, number, kind) {
  const stroke = colour(COLOURS[number]);
  const shared = { label: column.label, stroke, value: (_plot, value) => (value === null ? "–" : SHOW[column.unit](value)) };
  if (kind === "line") return { ...shared, width: 2, points: { size: 6, fill: stroke } };
  const bars = { size: [number ? 0.35 : 0.7, 48], radius: 0.15 };
  return { ...shared, width: 0, fill: stroke, points: { show: false }, paths: uPlot.paths.bars(bars) };
}

function draw(figure) {
  const place = figure.querySelector(".chart-canvas");
  const { heading, labels, columns } = readTable(document.getElementById(figure.dataset.table).closest("table"), figure.dataset.columns.split(" "));
  const { unit } = columns[0];
  const isMirrored = root.dir === "rtl";
  const axis = { stroke: colour("--ink-soft"), font: `12px ${getComputedStyle(root).fontFamily}`, ticks: { show: false } };
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: false, dir: isMirrored ? -1 : 1, range: [-0.6, labels.length - 0.4] },
      y: { range: (_plot, _low, high) => [0, unit === "percent" ? 1 : Math.max(high * 1.1, MILLIMES)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: () => every(labels.length, place.clientWidth),
        values: (_plot, splits) => splits.map((each) => labels[each]),
      },
      {
        ...axis,
        side: isMirrored ? 1 : 3,
        size: 72,
        grid: { stroke: colour("--line"), width: 1 },
        values: (_plot, splits) => splits.map((each) => SHOW[unit](each)),
      },
    ],
    series: [{ label: heading, value: (_plot, value) => (value === null ? "–" : labels[value]) }, ...columns.map((each, number) => series(each, number, figure.dataset.chart))],
  };
  place.replaceChildren();
  return new uPlot(options, [labels.map((_label, number) => number), ...columns.map(({ values }) => values)], place);
}

/** As many row numbers as there is room for labels, evenly spaced, the last row among them. */
function every(count, width) {
  const step = Math.max(1, Math.ceil(count / Math.max(1, width * MOST_LABELS_PER_PIXEL)));
  return Array.from({ length: Math.ceil(count / step) }, (_none, number) => count - 1 - number * step).reverse();
}

function start(part) {
  if (typeof uPlot === "undefined") return;
  for (const figure of part.querySelectorAll("figure[data-chart]")) {
    let plot = draw(figure);
    const redraw = () => { plot.destroy(); plot = draw(figure); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    let width = plot.width;
    new ResizeObserver(([{ contentRect }]) => {
      if (Math.round(contentRect.width) === Math.round(width)) return;
      width = contentRect.width;
      redraw();
    }).observe(figure.querySelector(".chart-canvas"));
  }
  for (const details of part.querySelectorAll("details.chart-table")) details.open = false;
}

start(document);
document.addEventListener("renewed", ({ target }) => start(target));
