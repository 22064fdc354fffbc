// The charts of the last half hour, one card each: the value of now in large, the way here below it.

import uPlot from './uplot/uPlot.esm.js';
import { el, setAttr, setText } from './dom.js';
import { clock, rate, wait } from './words.js';

const HEIGHT = 92;
const SPAN_S = 30 * 60;
const NO_DATA = '–';
const colours = new Map();

/** Label, the fields of a sample with their colours, how a value reads, and which are known at any moment. */
const CARDS = [
  { label: 'Jobs per second', series: [['jobsPerSecond', '--busy']], read: rate },
  { label: 'Busy slots', series: [['busySlots', '--busy'], ['slots', '--faint']], read: String, live: true },
  { label: 'Waiting', series: [['waiting', '--pending']], read: String, live: true },
  { label: 'Wait, p50 and p99', series: [['waitP50Ms', '--faint'], ['waitP99Ms', '--pending']], read: wait },
  { label: 'Failures per second', series: [['failuresPerSecond', '--bad']], read: rate },
];

/** The row of cards. */
export class Charts {
  #cards = CARDS.map((card) => new Card(card));
  node = el('div.cards', {}, ...this.#cards.map((card) => card.node));
  #resized = new ResizeObserver((entries) => {
    for (const { target } of entries) this.#cards.find((card) => card.canvasPlace === target)?.fit();
  });

  constructor() {
    for (const card of this.#cards) this.#resized.observe(card.canvasPlace);
  }

  /** @param {object[]} samples oldest first */
  show(samples) {
    const times = samples.map((sample) => Date.parse(sample.at) / 1000);
    for (const card of this.#cards) card.show(times, samples);
  }

  /** What is so at this moment, by the names of a sample's fields: no sample is as fresh. */
  showNow(values) {
    for (const card of this.#cards) card.showNow(values);
  }

  /** Colours have changed. */
  redraw() {
    colours.clear();
    for (const card of this.#cards) card.redraw();
  }

  close() {
    this.#resized.disconnect();
    for (const card of this.#cards) card.close();
  }
}

class Card {
  #card;
  #value = el('span.value', {}, NO_DATA);
  #at = el('time');
  #plot = null;
  #samples = [];
  #now = null;
  #looksBackAt = null;
  canvasPlace = el('div.chart', { role: 'img' });
  node;

  constructor(card) {
    this.#card = card;
    this.node = el(
      'figure.card',
      {},
      el('figcaption', {}, el('span.label', {}, card.label, this.#at), this.#value),
      this.canvasPlace,
    );
  }

  show(times, samples) {
    this.#samples = samples;
    const data = [times, ...this.#card.series.map(([name]) => samples.map((sample) => sample[name]))];
    if (this.#plot) this.#plot.setData(data);
    else this.#plot = new uPlot(this.#options(), data, this.canvasPlace);
    this.#read(this.#plot.cursor.idx ?? null);
    this.#describe();
  }

  showNow(values) {
    if (!this.#card.live) return;
    this.#now = values;
    if (this.#looksBackAt === null) this.#read(null);
  }

  /** Shows in large what was at that sample, or is now if it is null. */
  #read(index) {
    const past = index === null || index >= this.#samples.length - 1 ? null : this.#samples[index];
    this.#looksBackAt = past;
    const sample = past ?? this.#now ?? this.#samples.at(-1);
    const words = this.#card.series.map(([name]) => {
      const value = sample?.[name] ?? null;
      return value === null ? NO_DATA : this.#card.read(value);
    });
    setText(this.#value, words.join(' / '));
    setText(this.#at, past ? ` at ${clock(past.at)}` : '');
  }

  #describe() {
    const [name] = this.#card.series.at(-1);
    const known = this.#samples.map((sample) => sample[name]).filter((value) => value !== null);
    const most = known.length ? this.#card.read(Math.max(...known)) : NO_DATA;
    setAttr(this.canvasPlace, 'aria-label', `${this.#card.label}, last 30 minutes: at most ${most}`);
  }

  #options() {
    const axis = { stroke: () => colour('--muted'), font: '11px system-ui', ticks: { show: false } };
    const line = ([, name], i) => ({
      stroke: () => colour(name),
      width: 1.5,
      fill: i === 0 && this.#card.series.length < 2 ? () => colour(name, 0.14) : undefined,
      points: { show: false },
      spanGaps: false,
    });
    return {
      width: this.canvasPlace.clientWidth || 200,
      height: HEIGHT,
      padding: [6, 4, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false }, sync: { key: 'history' } },
      scales: {
        x: { range: (plot, min, max) => [max - SPAN_S, max] },
        y: { range: (plot, min, max) => [0, Math.max(1, max * 1.1)] },
      },
      axes: [
        { ...axis, size: 18, gap: 2, space: 60, grid: { show: false }, values: (plot, splits) => splits.map(hourAndMinute) },
        {
          ...axis,
          size: 40,
          gap: 2,
          space: 28,
          grid: { stroke: () => colour('--line'), width: 1 },
          values: (plot, splits) => splits.map((value) => this.#tick(value)),
        },
      ],
      series: [{}, ...this.#card.series.map(line)],
      hooks: {
        setCursor: [(plot) => this.#read(plot.cursor.idx ?? null)],
      },
    };
  }

  #tick(value) {
    if (this.#card.read === wait) return value < 1000 ? `${value}ms` : `${Math.round(value / 100) / 10}s`;
    return Number.isInteger(value) ? String(value) : value.toFixed(1);
  }

  fit() {
    const width = this.canvasPlace.clientWidth;
    if (this.#plot && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  redraw() {
    this.#plot?.redraw(false);
  }

  close() {
    this.#plot?.destroy();
  }
}

function hourAndMinute(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
}

/** What a colour of the style sheet is just now: a canvas knows no variables. */
function colour(name, alpha = 1) {
  if (!colours.has(name)) {
    const probe = el('i');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    colours.set(name, getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).join(' '));
    probe.remove();
  }
  return `rgb(${colours.get(name)} / ${alpha})`;
}
