/** The command line: which commands there are, and their words. What they do is loaded when they are called. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Product } from '../contract/action.ts';
import { causeOf, Failure, lineOf } from '../daemon/failure.ts';
import type { Cidr } from '../values/cidr.ts';
import { acceptPool } from '../values/public-edge.ts';
import { tell } from './output.ts';
import type { Parts } from './parts.ts';
import { SHARED_OPTIONS, type SharedOptions, takeSharedOptions } from './shared-options.ts';

const DEFAULT_PORT = 7070;
const DEFAULT_HOST = '127.0.0.1';

const PRODUCTS: { readonly [command: string]: Product } = {
  ecs: 'Ecs',
  vpc: 'Vpc',
  sts: 'Sts',
  location: 'Location',
  resourcemanager: 'ResourceManager',
  bssopenapi: 'BssOpenApi',
  yunlan: 'Yunlan',
};

/** Runs the command that the words name. Answers the exit status; what a person has to know is on stderr. */
export async function runCommandLine(words: readonly string[], parts: Parts): Promise<number> {
  // `why` keeps 1 for packets that are refused.
  let failed = words.includes('why') ? 2 : 1;
  try {
    const { options: shared, rest } = takeSharedOptions(words, parts.environment, process.cwd());
    failed = rest[0] === 'why' ? 2 : 1;
    const product = PRODUCTS[rest[0] ?? ''];
    if (product !== undefined) {
      // Their words come from the contract, which knows more about them than a parser of options.
      const { runProduct } = await import('./action/command.ts');
      return await runProduct(product, rest[0]!, rest.slice(1), shared);
    }
    return await parse(rest, shared, parts);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode && failed;
    if (error instanceof Failure) {
      // A refusal begins with its code, which scripts look for.
      tell('code' in error ? lineOf(error) : `yunlan: ${lineOf(error)}`);
      return failed;
    }
    const cause = causeOf(error);
    if (cause === undefined) throw error;
    tell(`yunlan: ${lineOf(error)} (${cause})`);
    return failed;
  }
}

async function parse(words: readonly string[], shared: SharedOptions, parts: Parts): Promise<number> {
  let status = 0;
  /** Runs a command's work and keeps its exit status. */
  const does =
    <A extends unknown[]>(work: (...given: A) => Promise<number>) =>
    async (...given: A): Promise<void> => {
      status = await work(...given);
    };
  const program = new Command('yunlan')
    .description('A private ECS network behind the Alibaba Cloud ECS and VPC API.')
    .version(parts.version)
    .enablePositionalOptions()
    .helpCommand('help [command]', 'help for a command')
    .exitOverride()
    .addHelpText('after', sharedHelp());

  const command = (words: string, description: string, parent = program): Command =>
    parent.command(words).description(description).allowExcessArguments(false).addHelpText('after', sharedHelp());

  const port = new Option('--port <number>', 'port to listen on; 0: any free one')
    .argParser(portNumber)
    .default(DEFAULT_PORT);
  const host = new Option('--host <address>', 'address to listen on').default(DEFAULT_HOST);
  const driver = new Option('--driver <name>', 'linux moves real packets, simulated none; auto: linux where it works')
    .choices(['auto', 'linux', 'simulated'])
    .default('auto');
  const allowEgress = new Option(
    '--allow-egress',
    "answer instances names of the world outside, as this machine's resolvers know them",
  ).default(false);
  const publicPool = new Option(
    '--public-pool <block>',
    'where public addresses come from; 198.18.0.0/15 when not given',
  ).argParser(poolBlock);
  const uplink = new Option(
    '--uplink',
    'as root: link this machine to the public edge, so that it reaches public addresses and they what it reaches',
  ).default(false);

  const tls = new Option(
    '--tls',
    'speak HTTPS, with a certificate of an authority that lies in the data directory',
  ).default(false);
  const tlsCert = new Option('--tls-cert <file>', 'speak HTTPS with this certificate (PEM)');
  const tlsKey = new Option('--tls-key <file>', 'its private key (PEM)');
  const throttle = new Option(
    '--throttle <rate>',
    'calls a minute that an account may make of each action, e.g. 600; of one: Ecs.RunInstances=60; or off',
  )
    .argParser((rate: string, before: readonly string[]) => [...before, rate])
    .default([], '60000');

  command('up', 'start a region and tell its endpoint and access key')
    .addOption(port)
    .addOption(host)
    .addOption(driver)
    .addOption(allowEgress)
    .addOption(publicPool)
    .addOption(uplink)
    .addOption(tls)
    .addOption(tlsCert)
    .addOption(tlsKey)
    .addOption(throttle)
    .option('--detach', 'return when it is ready; it runs on', false)
    .option('--json', 'one line of JSON on stdout: endpoint, key, region, driver, data, pid, authority', false)
    .action(does(async (options) => (await import('./commands/up.ts')).up(options, shared, parts)));
  program
    .command('serve', { hidden: true })
    .addOption(port)
    .addOption(host)
    .addOption(driver)
    .addOption(allowEgress)
    .addOption(publicPool)
    .addOption(uplink)
    .addOption(tls)
    .addOption(tlsCert)
    .addOption(tlsKey)
    .addOption(throttle)
    .action(does(async (options) => (await import('./commands/serve.ts')).serveDetached(options, shared, parts)));
  command('down', 'end the region with its instances; all data stays').action(
    does(async () => (await import('./commands/down.ts')).down(shared, parts)),
  );
  command('status', 'tell whether the region runs')
    .option('--json', 'one line of JSON', false)
    .action(does(async (options) => (await import('./commands/status.ts')).status(options, shared)));
  command(
    'env',
    'print the variables by which SDKs, tools and Terraform find this region: eval "$(yunlan env)"',
  ).action(does(async () => (await import('./commands/env.ts')).environment(shared)));
  command('tls', 'tell what HTTPS clients have to trust, and until when')
    .option('--json', 'one line of JSON', false)
    .action(does(async (options) => (await import('./commands/tls.ts')).tls(options, shared)));
  command('reset', 'end the region and delete all its data')
    .option('--yes', 'do not ask', false)
    .action(does(async (options) => (await import('./commands/down.ts')).reset(options, shared, parts)));
  command('doctor', 'tell what works on this machine, and why something does not')
    .addOption(port)
    .addOption(host)
    .option('--json', 'one line of JSON', false)
    .action(does(async (options) => (await import('./commands/doctor.ts')).doctor(options, shared, parts)));

  command('demo', 'make two small networks and show who reaches whom in them; starts a region when none runs')
    .addOption(port)
    .addOption(host)
    .addOption(driver)
    .option('--remove', 'take away all that it made', false)
    .option('--json', 'one line of JSON', false)
    .action(does(async (options) => (await import('./commands/demo.ts')).demo(options, shared, parts)));

  command('exec', 'run a command in an instance: yunlan exec INSTANCE -- COMMAND …')
    .argument('<instance>', 'id or name')
    .argument('[command...]', 'program and its arguments, after --')
    .passThroughOptions()
    .action(
      does(async (instance: string, given: string[]) =>
        // commander hands on the '--' that ends our own words
        (await import('./commands/exec.ts')).exec(instance, given[0] === '--' ? given.slice(1) : given, shared),
      ),
    );
  command('shell', 'sit at a terminal in an instance: yunlan shell INSTANCE [-- COMMAND …]')
    .argument('<instance>', 'id or name')
    .argument('[command...]', "program and its arguments, after --; root's shell when not given")
    .passThroughOptions()
    .action(
      does(async (instance: string, given: string[]) => {
        const words = given[0] === '--' ? given.slice(1) : given;
        return (await import('./commands/shell.ts')).shell(instance, words, shared, parts.environment);
      }),
    );
  command('log', 'show what an instance wrote to its console since its last start')
    .argument('<instance>', 'id or name')
    .option('--tail <bytes>', 'only the last so many bytes', wholeNumber)
    .action(
      does(async (instance: string, options) => (await import('./commands/exec.ts')).log(instance, options, shared)),
    );

  command('why', 'tell what happens to a packet and which rule decides: yunlan why web db --port 5432')
    .argument('<source>', 'instance, interface, own address, EIP, or internet')
    .argument('<destination>', 'the same, or any address')
    .option('--protocol <name>', 'tcp, udp, icmp, gre or a number; tcp with --port, else icmp')
    .option('--port <number>', 'destination port')
    .option('--source-port <number>', 'source port; one that clients use when not given')
    .option('--source-address <address>', 'the source address that the packet bears, to ask about a spoofed one')
    .option('--vpc <id>', 'VPC of a source that is an address in several')
    .option('--probe', 'send the packet and show what it met', false)
    .option('--json', 'one line of JSON', false)
    .addHelpText('after', '\nExit status: 0 delivered, 1 refused, 2 not answered.')
    .action(
      does(async (source: string, destination: string, options) =>
        (await import('./commands/why.ts')).why(source, destination, options, shared),
      ),
    );
  command('rules', 'list what the gates of an interface ask: all its groups, merged and in order')
    .argument('<instance>', 'id or name of an instance, or id of an interface')
    .option('--json', 'one line of JSON', false)
    .action(
      does(async (instance: string, options) => (await import('./commands/rules.ts')).rules(instance, options, shared)),
    );

  command('forward', 'let this machine reach a service in the region, through the host beyond the edge')
    .argument('<localPort>', 'port of 127.0.0.1 to listen on; 0 = any free one')
    .argument('<destination>', 'ADDRESS:PORT in the region, e.g. 198.18.0.2:80')
    .action(
      does(async (localPort: string, destination: string) =>
        (await import('./commands/forward.ts')).forward(localPort, destination, shared),
      ),
    );

  const own = async (action: string, parameters: { readonly [name: string]: string | undefined }): Promise<number> =>
    (await import('./commands/own.ts')).callOwn(action, parameters, shared);
  const account = command('account', 'accounts: nothing of one is visible to another');
  command('create', 'create an account with its first access key', account)
    .argument('<name>')
    .action(does((name: string) => own('CreateAccount', { AccountName: name })));
  command('list', 'list the accounts', account).action(does(() => own('ListAccounts', {})));
  command('disable', 'refuse all requests of an account; what it has stays and runs on', account)
    .argument('<name>')
    .action(does((name: string) => own('DisableAccount', { AccountName: name })));
  command('enable', 'let a disabled account make requests again', account)
    .argument('<name>')
    .action(does((name: string) => own('EnableAccount', { AccountName: name })));
  command('delete', 'delete an account that has nothing, with its keys', account)
    .argument('<name>')
    .action(does((name: string) => own('DeleteAccount', { AccountName: name })));

  const key = command('key', 'access keys');
  const ofAccount = new Option('--account <name>', 'account, when not your own');
  command('create', 'create an access key', key)
    .addOption(ofAccount)
    .action(does((options) => own('CreateAccessKey', { AccountName: options.account })));
  command('list', 'list access keys, without secrets', key)
    .addOption(ofAccount)
    .action(does((options) => own('ListAccessKeys', { AccountName: options.account })));
  command('disable', 'disable an access key for good', key)
    .argument('<id>')
    .action(does((id: string) => own('DisableAccessKey', { UserAccessKeyId: id })));
  command('rotate', 'put a new access key in the place of one, which is disabled', key)
    .argument('[id]', 'the one that signs, when not given')
    .action(does(async (id?: string) => (await import('./commands/rotate.ts')).rotate(id, shared)));
  command('delete', 'delete a disabled access key', key)
    .argument('<id>')
    .action(does((id: string) => own('DeleteAccessKey', { UserAccessKeyId: id })));

  command('token', 'issue temporary credentials: a key, its secret, and a token that goes with each request', key)
    .addOption(ofAccount)
    .option('--duration <time>', '15m to 12h', '1h')
    .option('--role <name>', 'role to name in them', 'admin')
    .option('--session <name>', 'name of the session', 'yunlan')
    .action(does(async (options) => (await import('./commands/token.ts')).token(options, shared)));

  command('audit', 'list requests to the API with their outcome, the latest first')
    .option('--action <name>', 'only of this action, e.g. CreateVpc or Vpc.CreateVpc')
    .option('--outcome <code>', 'only with this outcome: OK, Refused (everything else), or a code')
    .option('--since <time>', 'only from this time on: YYYY-MM-DDThh:mm:ssZ, or how long ago, such as 15m')
    .option('--until <time>', 'only before this time')
    .option('--request-id <id>', 'only this request')
    .option('--account <name>', 'only of this account; the administrator sees all')
    .option('--limit <count>', 'at most so many', atLeastOne, 50)
    .action(does(async (options) => (await import('./commands/audit.ts')).audit(options, shared)));

  const clock = command('clock', 'the time that rules see; signatures keep the real time');
  command('get', 'tell it', clock).action(does(() => own('GetClock', {})));
  command('set', 'set it', clock)
    .argument('<time>', 'YYYY-MM-DDThh:mm:ssZ')
    .action(does((time: string) => own('MoveClock', { Time: time })));
  command('forward', 'move it forward, or back with a minus after --', clock)
    .argument('<duration>', 'seconds, or such as 90m, 1d12h')
    .action(
      does(async (duration: string) => {
        const { parseDuration } = await import('./commands/own.ts');
        return own('MoveClock', { Seconds: String(parseDuration(duration)) });
      }),
    );
  command('reset', 'back to the real time', clock).action(does(() => own('MoveClock', { Reset: 'true' })));

  // Run before this parser is reached; here for the help.
  for (const [name, text] of [
    ['ecs', 'call an action of ECS, e.g. yunlan ecs DescribeInstances'],
    ['vpc', 'call an action of VPC, e.g. yunlan vpc CreateVpc --CidrBlock 10.0.0.0/8'],
    ['sts', 'call an action of STS'],
    ['location', 'call an action of Location'],
    ['resourcemanager', 'call an action of ResourceManager'],
    ['bssopenapi', 'call an action of BssOpenApi'],
    ['yunlan', 'call an action of our own, for what has no official one'],
  ] as const) {
    program.command(`${name} [action] [parameters...]`).description(text);
  }
  program.command('test').description('run all tests (in a clone of the project)');

  command('completion', 'print the script that completes words in your shell: eval "$(yunlan completion bash)"')
    .argument('<shell>', 'bash, zsh or fish')
    .action(does(async (name: string) => (await import('./commands/completion.ts')).completion(name)));
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(
      does(async (given: string[]) =>
        (await import('./commands/completion.ts')).complete(given, { program, products: PRODUCTS, shared }),
      ),
    );

  await program.parseAsync([...words], { from: 'user' });
  return status;
}

function sharedHelp(): string {
  const options = Object.values(SHARED_OPTIONS);
  const lines = options.map(({ flag, value, variable, help }) => {
    return `  ${`${flag} ${value}`.padEnd(29)}${help}${variable ? ` [${variable}]` : ''}`;
  });
  return `\nEvery command takes, before or after its own words (or as the variable in brackets):\n${lines.join('\n')}`;
}

function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}

function atLeastOne(text: string): number {
  const count = wholeNumber(text);
  if (count === 0) throw new InvalidArgumentError('write a number from 1');
  return count;
}

function poolBlock(text: string): Cidr {
  const pool = acceptPool(text);
  if (typeof pool === 'string') throw new InvalidArgumentError(pool);
  return pool;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('write a whole number');
  return Number(text);
}
