/**
 * `demo`: makes two small VPCs through the API and shows who reaches whom in them, by analysis and by packet. Starts a
 * region when none runs. Run again it changes nothing and shows the table anew; `--remove` takes everything away.
 */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DriverWish } from '../../daemon/choice.ts';
import { isAlive, readDaemon } from '../../daemon/directory.ts';
import { steadyClock } from '../../values/clock.ts';
import { askAll, publicAddress } from '../demo/ask.ts';
import { makeDemo } from '../demo/make.ts';
import { fetchPage } from '../demo/page.ts';
import { type DemoRegion, openDemoRegion } from '../demo/region.ts';
import { removeDemo } from '../demo/remove.ts';
import { report } from '../demo/report.ts';
import { printLine, screenWidth, tell } from '../output.ts';
import type { Parts } from '../parts.ts';
import { withProgress } from '../progress.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';
import { startRegion } from './up.ts';

export interface DemoOptions {
  readonly remove: boolean;
  readonly json: boolean;
  /** Of a region that is started because none runs. */
  readonly port: number;
  readonly host: string;
  readonly driver: DriverWish;
}

/** Milliseconds in which packets have to follow what was answered. */
const PATIENCE = 30_000;

/** Answers 0 when everything is as said: each packet did what the analysis says, or all of the demo is gone. */
export async function demo(options: DemoOptions, shared: SharedOptions, parts: Parts): Promise<number> {
  if (options.remove) return takeAway(options, shared);
  await provideRegion(options, shared, parts);
  const region = await openDemoRegion(findTarget(shared));
  const made = await makeDemo(region);
  await withProgress('waiting until packets follow', realised(region));
  const address = await publicAddress(region);
  const page =
    region.realPackets && address !== undefined
      ? await withProgress('fetching the page', fetchPage(region, address))
      : undefined;
  const asked = await withProgress('asking who reaches whom', askAll(region));
  const instances = new Map([...(await region.byRole('instance'))].map(([role, { id }]) => [role, id]));
  if (options.json) {
    printLine(
      JSON.stringify({ made, address: address ?? null, ...asked, instances: Object.fromEntries(instances), page }),
    );
  } else {
    const shown = { made, instances, address, asked, page, options: optionsFor(shared) };
    for (const line of report(shown, screenWidth(), process.stdout.hasColors?.() === true)) printLine(line);
  }
  return asked.rows.some(({ agreement }) => agreement === 'Differs') ? 1 : 0;
}

async function takeAway({ json }: DemoOptions, shared: SharedOptions): Promise<number> {
  const region = await openDemoRegion(findTarget(shared));
  const { removed, left } = await removeDemo(region);
  if (json) printLine(JSON.stringify({ removed, left }));
  else if (removed === 0 && left.length === 0) printLine('Nothing of a demo is there.');
  else if (left.length === 0) printLine(`The demo is gone: ${removed} things were removed.`);
  else {
    for (const { id, why } of left) tell(`${id} stays: ${why}`);
    tell("Remove what is yours in the demo's networks, then 'yunlan demo --remove' again.");
  }
  return left.length === 0 ? 0 : 1;
}

/** Starts a daemon for the data directory unless a server was named or one serves it. */
async function provideRegion(options: DemoOptions, shared: SharedOptions, parts: Parts): Promise<void> {
  if (shared.endpoint !== undefined) return;
  const daemon = readDaemon(shared.data);
  if (daemon !== undefined && isAlive(daemon)) return;
  const { port, host, driver } = options;
  const wish = { port, host, driver, allowEgress: false, uplink: false, tls: false };
  const { announcement, obstacle } = await startRegion(wish, shared, parts);
  tell(`Started a region at ${announcement.endpoint}; 'yunlan down' ends it.`);
  if (obstacle) tell(`No packets move: ${obstacle.why}. To change that, ${obstacle.remedy}.`);
}

/** Waits until no network is behind what was answered. One that stays behind does not hold the answer up for ever. */
async function realised(region: DemoRegion): Promise<void> {
  const late = steadyClock.now() + PATIENCE;
  for (;;) {
    const { NetworksBehind } = await region.call('Yunlan', 'DescribeServer');
    if (!Array.isArray(NetworksBehind) || NetworksBehind.length === 0 || steadyClock.now() > late) return;
    await pause(50);
  }
}

/** What the commands that we name have to be given to find this region again. */
function optionsFor({ data, endpoint, region }: SharedOptions): string {
  const given = [
    ...(endpoint === undefined && data === resolve('.yunlan')
      ? []
      : endpoint === undefined
        ? ['--data', data]
        : ['--endpoint', endpoint]),
    ...(region === undefined ? [] : ['--region', region]),
  ];
  return given.map((word) => (/^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
