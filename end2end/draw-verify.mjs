// Picks the winners of a published draw again, by the rule in docs/lottery.md and nothing else: node draw-verify.mjs FILE
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const sm3 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sm3")).digest();
const draw = JSON.parse(readFileSync(process.argv[2], "utf8"));
const fail = (what) => {
  console.error(`不符：${what}`);
  process.exit(1);
};

const seed = Buffer.from(draw.seed, "hex");
if (sm3(seed).toString("hex") !== draw.seed_digest) fail("seed_digest");
const list = draw.entrants.map(({ code, chances }) => `${code} ${chances}\n`).join("");
if (sm3(list).toString("hex") !== draw.list_digest) fail("list_digest");
const prizes = draw.prizes.map(({ count, name }) => `prize ${count} ${name}\n`).join("");
const source = draw.public_value ? `public ${draw.public_value.source}\n` : "";
const commitment = sm3(
  `${draw.format}\n${draw.title}\n${prizes}${source}seed ${draw.seed_digest}\nlist ${draw.list_digest}\n`,
);
if (commitment.toString("hex") !== draw.commitment) fail("commitment");

const start = Buffer.concat([seed, commitment, Buffer.from(`${draw.public_value?.value ?? ""}\n`)]);
const worth = ({ code, chances }) =>
  Array.from({ length: chances }, (_, n) => sm3(start, `${code} ${n + 1}`)).sort(Buffer.compare)[0];
const order = draw.entrants.map((one) => [worth(one), one.code]).sort(([a], [b]) => Buffer.compare(a, b));
const names = draw.prizes.flatMap(({ name, count }) => Array(count).fill(name));
const winners = names.slice(0, order.length).map((prize, place) => ({ prize, code: order[place][1] }));
if (JSON.stringify(winners) !== JSON.stringify(draw.winners.map(({ prize, code }) => ({ prize, code })))) fail("winners");
console.log(`相符：${winners.length} 名中奖者`);
