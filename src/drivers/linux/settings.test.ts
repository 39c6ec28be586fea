import { describe, expect, it } from 'vitest';
import { mendSettingsScript, wrongSettingsScript } from './settings.ts';

describe('settings of a namespace', () => {
  it('are put right one by one', () => {
    const printed = 'ipv4/ip_forward 1\nipv4/conf/p0eni-1/proxy_arp 1\nipv4/conf/all/rp_filter 0\n';
    expect(mendSettingsScript(printed).split('\n')).toEqual([
      'echo 1 >/proc/sys/net/ipv4/ip_forward',
      'echo 1 >/proc/sys/net/ipv4/conf/p0eni-1/proxy_arp',
      'echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter',
    ]);
    expect(mendSettingsScript('')).toBe('');
  });

  it('never become a command that was not meant, whatever a link is called', () => {
    for (const line of ['ipv4/conf/p;reboot/proxy_arp 1', 'ipv4/conf/p$(x)/proxy_arp 1', '../../x 1', 'ipv4/x 1; y']) {
      expect(mendSettingsScript(line)).toBe('');
    }
  });

  it('are asked for tracking only where flows are tracked', () => {
    expect(wrongSettingsScript({ flows: true })).toContain('nf_conntrack_tcp_loose');
    expect(wrongSettingsScript({ flows: false })).not.toContain('nf_conntrack');
  });
});
