// Runs for a moment in a network's namespace: opens sockets there, hands them to the daemon over Node's own channel and
// ends. A socket stays in the namespace in which it was made, whoever has it.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const give = (message, door) =>
  new Promise((resolve, reject) => {
    process.send(message, door, (error) => (error ? reject(error) : resolve()));
  });

try {
  for (const { kind, address, port } of JSON.parse(process.argv[1])) {
    const door = kind === 'udp' ? createSocket('udp4') : createServer();
    await new Promise((resolve, reject) => {
      door.once('error', reject);
      if (kind === 'udp') door.bind({ address, port, exclusive: true }, resolve);
      else door.listen({ host: address, port, exclusive: true }, resolve);
    });
    await give({ kind }, door);
  }
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
