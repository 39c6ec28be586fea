import { describe, expect, it } from 'vitest';
import { explain } from './namespaces.ts';

const system = (root: boolean, settings: { readonly [path: string]: string }) => ({
  root,
  setting: async (path: string) => settings[path] ?? '',
});
const USERS = '/proc/sys/user/max_user_namespaces';
const DEBIAN = '/proc/sys/kernel/unprivileged_userns_clone';
const APPARMOR = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns';

describe('why namespaces are forbidden', () => {
  it('names the setting and the command that changes it', async () => {
    for (const [path, value, words] of [
      [USERS, '0', 'user.max_user_namespaces'],
      [DEBIAN, '0', 'kernel.unprivileged_userns_clone'],
      [APPARMOR, '1', 'kernel.apparmor_restrict_unprivileged_userns'],
    ] as const) {
      const probe = await explain('unshare failed', system(false, { [path]: value }));
      if (probe.ok) throw new Error('a failed attempt is not ok');
      expect(probe.reason).toContain(words);
      expect(probe.remedy).toContain(`sysctl -w ${words}=`);
    }
  });

  it('does not blame settings that allow it, or that do not hold for root', async () => {
    const allowed = system(false, { [USERS]: '96365', [DEBIAN]: '1', [APPARMOR]: '0' });
    const root = system(true, { [DEBIAN]: '0', [APPARMOR]: '1' });
    for (const here of [allowed, root]) {
      const probe = await explain('unshare: Operation not permitted', here);
      if (probe.ok) throw new Error('a failed attempt is not ok');
      expect(probe.reason).toContain('unshare: Operation not permitted');
      expect(probe.remedy).not.toContain('sysctl');
    }
  });
});
