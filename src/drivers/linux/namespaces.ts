/** Whether this system lets us make private namespaces; if not, which setting forbids it and what to do. */
import { readFile } from 'node:fs/promises';
import { CommandFailed, run } from '../../shell/shell.ts';

export type NamespaceProbe =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** What is forbidden or missing, without a full stop. */
      readonly reason: string;
      /** What to do about it. */
      readonly remedy: string;
    };

/** Programs that the namespaces need, and the Debian packages they come in. */
const PROGRAMS = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  mountpoint: 'util-linux',
  ip: 'iproute2',
};

/** What a holder does, in small: namespaces, mounts, a network. Everything is gone when it ends. */
const ATTEMPT =
  'mount -t tmpfs tmpfs /run && mount -t proc proc /proc && ip link set lo up && ip link add name left type veth peer name right';

/** Tries it, and only if it fails looks for the cause: a setting that exists need not be the one that hinders. */
export async function probeNamespaces(): Promise<NamespaceProbe> {
  for (const [program, debianPackage] of Object.entries(PROGRAMS)) {
    try {
      await run([program, '--version'], { accept: [0, 1, 255] });
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      return {
        ok: false,
        reason: `the program ${program} is missing`,
        remedy: `install it: apt-get install ${debianPackage}`,
      };
    }
  }
  try {
    await run([
      'unshare',
      '--user',
      '--map-root-user',
      '--net',
      '--mount',
      '--uts',
      '--ipc',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-c',
      ATTEMPT,
    ]);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return explain(error.stderr.trim().split('\n').at(-1) ?? error.message, {
      root: process.getuid?.() === 0,
      setting: async (path) => (await readFile(path, 'utf8').catch(() => '')).trim(),
    });
  }
}

/** The cause of a failed attempt, from the settings that are known to forbid it. */
export async function explain(
  words: string,
  system: { readonly root: boolean; setting(path: string): Promise<string> },
): Promise<NamespaceProbe> {
  const forbidden = 'user namespaces are forbidden to ordinary users';
  if ((await system.setting('/proc/sys/user/max_user_namespaces')) === '0') {
    return {
      ok: false,
      reason: 'user namespaces are switched off (user.max_user_namespaces is 0)',
      remedy: 'as root: sysctl -w user.max_user_namespaces=15000',
    };
  }
  if (!system.root && (await system.setting('/proc/sys/kernel/unprivileged_userns_clone')) === '0') {
    return {
      ok: false,
      reason: `${forbidden} (kernel.unprivileged_userns_clone is 0)`,
      remedy: 'as root: sysctl -w kernel.unprivileged_userns_clone=1, or start Yunlan as root',
    };
  }
  if (!system.root && (await system.setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return {
      ok: false,
      reason: `${forbidden} by AppArmor (kernel.apparmor_restrict_unprivileged_userns is 1)`,
      remedy: 'as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or start Yunlan as root',
    };
  }
  return {
    ok: false,
    reason: `this system does not allow private namespaces (${words})`,
    remedy:
      'in a container, start it with more rights (docker run --privileged), else see whether seccomp or SELinux forbids it; --driver simulated works without',
  };
}
