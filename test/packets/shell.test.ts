/** `yunlan shell`: a person at a terminal in front of one in an instance. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Announced, yunlan } from '../cli/launcher.ts';
import { Person, peopleLeaveAfterEach } from '../cli/person.ts';
import { until } from './launched-region.ts';

const IMAGE = 'aliyun_2_1903_x64_20G_alibase_20200904.vhd';
/** Shows the size of its terminal at first and whenever it changes, and the names of keys, on a screen of its own. */
const FULL_SCREEN = `
import curses
def main(screen):
    # The library misses a size that comes just before it waits for a key; so it never waits for long.
    screen.timeout(50)
    key = 'KEY_RESIZE'
    while key != 'q':
        if key == 'KEY_RESIZE': screen.addstr(0, 0, 'size %d %d ' % screen.getmaxyx())
        elif key: screen.addstr(2, 4, 'key %s. ' % key)
        try: key = screen.getkey()
        except curses.error: key = ''
curses.wrapper(main)
`;

describe('yunlan shell', () => {
  peopleLeaveAfterEach();
  const data = mkdtempSync(join(tmpdir(), 'yunlan-shell-'));
  const at = ['--data', data] as const;
  let told: Announced;
  let id = '';

  const ask = async (...words: string[]) => {
    const { code, stdout, stderr } = await yunlan([...words, ...at]);
    if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const up = async (): Promise<Announced> => ask('up', '--driver', 'linux', '--port', '0', '--detach', '--json');
  const state = async () => (await ask('ecs', 'DescribeInstances')).Instances.Instance[0].Status;
  const reach = (status: string) => until(`the instance is ${status}`, async () => (await state()) === status, 30_000);
  const out = async (...command: string[]): Promise<string> =>
    (await yunlan(['exec', ...at, 'web', '--', ...command])).stdout.trim();

  const sits = (command: readonly string[] = [], options: ConstructorParameters<typeof Person>[1] = {}) =>
    new Person(['shell', ...at, 'web', ...(command.length > 0 ? ['--', ...command] : [])], options);
  /** At the instance's shell. */
  const atPrompt = async (options: ConstructorParameters<typeof Person>[1] = {}) => {
    const person = sits([], options);
    await person.sees('# ');
    return person;
  };
  /** Processes of the instance besides its own and the one that asks. */
  const others = async () =>
    (await out('ps', '-eo', 'args='))
      .split('\n')
      .filter((line) => !/^(sh \/run\/init|sleep 2147483647|ps -eo)/.test(line));
  /** Processes of the machine that begin with these words, in whatever namespace. */
  const onMachine = (words: string) =>
    readdirSync('/proc').filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').startsWith(words);
      } catch {
        return false;
      }
    });

  beforeAll(async () => {
    told = await up();
    const { VpcId } = await ask('vpc', 'CreateVpc', '--CidrBlock', '10.0.0.0/16');
    const vpc = async () => (await ask('vpc', 'DescribeVpcs')).Vpcs.Vpc[0].Status;
    await until('the VPC is Available', async () => (await vpc()) === 'Available', 30_000);
    const place = ['--VpcId', VpcId, '--ZoneId', 'cn-hangzhou-h', '--CidrBlock', '10.0.1.0/24'];
    const { VSwitchId } = await ask('vpc', 'CreateVSwitch', ...place);
    const vswitch = async () => (await ask('vpc', 'DescribeVSwitches')).VSwitches.VSwitch[0].Status;
    await until('the VSwitch is Available', async () => (await vswitch()) === 'Available', 30_000);
    const { SecurityGroupId } = await ask('ecs', 'CreateSecurityGroup', '--VpcId', VpcId);
    const where = ['--VSwitchId', VSwitchId, '--SecurityGroupId', SecurityGroupId, '--InstanceName', 'web'];
    const made = await ask('ecs', 'RunInstances', ...where, '--InstanceType', 'ecs.g6.large', '--ImageId', IMAGE);
    id = made.InstanceIdSets.InstanceIdSet[0];
    await reach('Running');
  });

  afterAll(async () => {
    const { code, stderr } = await yunlan(['reset', '--yes', ...at]);
    if (code !== 0) throw new Error(`reset failed: ${stderr}`);
    rmSync(data, { recursive: true, force: true });
  });

  it('is a terminal of the instance, of the size and kind of ours, and ends with the status of the shell', async () => {
    const person = sits([], { rows: 31, columns: 97, env: { TERM: 'screen' } });
    const before = await person.modes();
    await person.sees('# ');
    person.types(
      'tty; stty size; echo "$TERM $HOME $PWD $(hostname)"; test -t 0 && test -t 1 && test -t 2 && echo all\r',
    );
    expect(await person.sees(/\r(\/dev\/pts\/\d+)\r\n/)).toMatch(/\d$/);
    await person.sees('31 97\r\n');
    await person.sees(`screen /root /root ${await out('hostname')}\r\n`);
    await person.sees('all\r\n');
    person.types('exit 7\r');
    expect(await person.ended).toBe(7);
    expect(await person.modes()).toBe(before);
    await expect.poll(others).toEqual([]);
  });

  it.each([
    [['sh', '-c', 'exit 3'], 3],
    [['sh', '-c', 'kill -KILL $$'], 137],
    [['sh', '-c', 'kill -QUIT $$'], 131],
    [['/no/such/program'], 127],
    [['/etc/hosts'], 126],
  ] as const)('%j ends with %i', async (command, status) => {
    expect(await sits(command).ended).toBe(status);
  });

  it('gives each its own, and arguments as they are', async () => {
    const one = await atPrompt();
    const two = await atPrompt();
    for (const person of [one, two]) person.types('tty\r');
    const first = await one.sees(/(\/dev\/pts\/\d+)\r\n/);
    expect(await two.sees(/(\/dev\/pts\/\d+)\r\n/)).not.toBe(first);
    const three = sits(['printf', '%s|', 'a b', '', '--data', '$HOME', '云']);
    await three.sees('a b||--data|$HOME|云|');
    for (const person of [one, two]) person.types('\x04');
    expect(await Promise.all([one.ended, two.ended, three.ended])).toEqual([0, 0, 0]);
  });

  it('follows the size of the window, in full-screen programs, too', async () => {
    const person = sits(['python3', '-c', FULL_SCREEN], { rows: 20, columns: 60 });
    await person.sees(/size 20 60/);
    person.resizes(45, 132);
    await person.sees(/size 45 132/);
    person.types('x');
    await person.sees('key x. ');
    person.types('q');
    expect(await person.ended).toBe(0);
    const asked = sits(['sh', '-c', 'stty size; read line; stty size'], { rows: 50, columns: 50 });
    await asked.sees('50 50\r\n');
    asked.resizes(1, 2);
    // The new size and a key come on different ways: asked for again until it is there.
    const again = sits(['sh', '-c', 'until [ "$(stty size)" = "7 9" ]; do sleep 0.01; done; echo there']);
    again.resizes(7, 9);
    await again.sees('there');
    asked.types('\r');
    expect(await Promise.all([asked.ended, again.ended])).toEqual([0, 0]);
  });

  it('passes every byte on as it is', async () => {
    const sent = sits(['sh', '-c', 'stty raw -echo; printf "a\\nb\\n\\r\\t"; head -c 300000 | sha256sum']);
    await sent.sees(/a\nb\n\r\t/);
    // None of these is a signal, an end or a pause any more.
    const typed = '\x00\x03\x04\x11\x13\x1a\x1c\r\n\x7f'.repeat(30_000);
    sent.types(typed);
    await sent.sees(createHash('sha256').update(typed).digest('hex'));
    expect(await sent.ended).toBe(0);
  });

  it('Ctrl-C reaches the program in front alone; jobs stop and go on', async () => {
    const person = await atPrompt();
    const [back, front] = [`sleep 8801${process.pid}`, `sleep 8802${process.pid}`];
    person.types(`${back} &\r`);
    await person.sees(/\[1\] \d+/);
    person.types(`${front}\r`);
    await expect.poll(others).toContain(front);
    person.types('\x03');
    await person.sees(/\^C.*# /s);
    expect(await others()).not.toContain(front);
    person.types('jobs; fg\r');
    await person.sees(/Running +sleep/);
    person.types('\x1a');
    await person.sees(/Stopped +sleep/);
    person.types('bg; jobs\r');
    await person.sees(/Running +sleep/);
    await expect.poll(others).toContain(back);
    person.types('kill %1; wait; echo $((40 + 2)) left\r');
    await person.sees('42 left');
    person.types('exit\r');
    expect(await person.ended).toBe(0);
    await expect.poll(others).toEqual([]);
  });

  it('Ctrl-C stops a flood', async () => {
    const person = await atPrompt();
    person.types('yes\r');
    await person.sees('y\r\ny\r\ny\r\n');
    person.types('\x03');
    await person.sees(/\^C.*# /s);
    person.types('exit 5\r');
    expect(await person.ended).toBe(5);
  });

  it('types and erases characters of several bytes', async () => {
    const person = sits(['sh', '-c', 'echo ready; read line; printf "<%s>\\n" "$line"; head -c 3']);
    await person.sees('ready');
    person.types('grüße 云云\x7f\x7f\x7f\x7f\x7fßen\r');
    await person.sees('<grüßen>');
    person.types('abc\r');
    expect(await person.ended).toBe(0);
  });

  const lasting = (number: number) => `sleep ${number}${process.pid}`;
  /** Of each kind one: in front, in the background, deaf to the hang-up, in a session of its own, without our mark. */
  const everyKind = [
    `(trap 'echo hung up >/root/hung; exit' HUP; : >/root/listens; while :; do sleep 0.05; done) & ${lasting(91)} & nohup ${lasting(92)} >/dev/null 2>&1 &`,
    `setsid ${lasting(93)} & env -i setsid ${lasting(94)} & (trap '' HUP; ${lasting(95)}) &`,
    `sh -c 'echo in front; trap "" HUP; ${lasting(96)}; sleep 1'`,
  ].join(' ');
  const busy = async () => {
    const person = sits(['bash', '-c', everyKind]);
    await person.sees('in front');
    await expect.poll(() => out('ls', '/root')).toContain('listens');
    await expect.poll(async () => (await others()).filter((line) => line.startsWith('sleep 9')).length).toBe(6);
    return person;
  };

  it('a closed window ends everything of the session, which hears of it first', async () => {
    const person = await busy();
    person.closesTheWindow();
    expect(await person.ended).toBe(129);
    await expect.poll(others, { timeout: 20_000 }).toEqual([]);
    expect(await out('cat', '/root/hung')).toBe('hung up');
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('%s at us ends the session and puts the terminal back', async (signal, status) => {
    const person = sits(['python3', '-c', FULL_SCREEN]);
    const before = await person.modes();
    await person.sees('size 24 80');
    expect(await person.modes()).not.toBe(before);
    person.signals(signal);
    expect(await person.ended).toBe(status);
    expect(await person.modes()).toBe(before);
    // Back from the screen of its own, with a cursor, and nothing of it after that.
    expect(person.screen).toMatch(/\x1b\[\?1047l\x1b\[\?25h.*\r\n$/s);
    await expect.poll(others, { timeout: 20_000 }).toEqual([]);
  });

  it('goes on after we were stopped and continued, with the size and the modes that there are then', async () => {
    const person = sits(['python3', '-c', FULL_SCREEN]);
    await person.sees('size 24 80');
    const modes = await person.modes();
    person.signals('SIGSTOP');
    person.resetsModes();
    expect(await person.modes()).not.toBe(modes);
    person.resizes(33, 66);
    person.signals('SIGCONT');
    await person.sees('size 33 66');
    await expect.poll(() => person.modes(), { timeout: 20_000 }).toBe(modes);
    person.types('q');
    expect(await person.ended).toBe(0);
  });

  it('a shell that ends leaves what it was told to leave, as anywhere', async () => {
    const person = await atPrompt();
    person.types(`nohup ${lasting(81)} >/dev/null 2>&1 &\r`);
    await person.sees(/\[1\] \d+/);
    person.types('exit\r');
    expect(await person.ended).toBe(0);
    await expect.poll(others).toEqual([lasting(81)]);
    await out('pkill', '-f', `^${lasting(81)}$`);
  });

  it('ends with its instance', async () => {
    const person = sits(['python3', '-c', FULL_SCREEN]);
    const before = await person.modes();
    await person.sees('size 24 80');
    await ask('ecs', 'StopInstance', '--InstanceId', id, '--ForceStop', 'true');
    expect(await person.ended).toBe(137);
    expect(await person.modes()).toBe(before);
    expect(person.screen).toContain('\x1b[?1047l');
    await reach('Stopped');
    const refused = sits();
    await refused.sees(/IncorrectInstanceStatus.*It is Stopped/s);
    expect(await refused.ended).toBe(1);
    expect(await refused.modes()).toBe(before);
    await ask('ecs', 'StartInstance', '--InstanceId', id);
    await reach('Running');
  });

  it('ends when the daemon is killed, here and in the instance', async () => {
    const person = sits(['sh', '-c', `trap '' HUP; ${lasting(71)} & echo in front; ${lasting(72)}; sleep 1`]);
    const before = await person.modes();
    await person.sees('in front');
    await expect.poll(() => [...onMachine(lasting(71)), ...onMachine(lasting(72))].length).toBe(2);
    process.kill(told.pid, 'SIGKILL');
    expect(await person.ended).toBe(1);
    await person.sees(/the connection to the command was lost: .+/);
    expect(await person.modes()).toBe(before);
    await expect.poll(() => [...onMachine(lasting(71)), ...onMachine(lasting(72))], { timeout: 20_000 }).toEqual([]);
    told = await up();
    await expect.poll(others).toEqual([]);
  });
});
