/*
 * One process with a card in every guest's network: sends packets that somebody wrote down, and tells which of them
 * arrived, where, and bearing which addresses. Runs as root of the private namespaces; told what to do by lines on
 * standard input, answers by lines on standard output.
 *
 *   guest N NAME ADDRESS GATEWAY   takes over the card of /run/netns/NAME as guest N             → guest N
 *   leave N                        lets go of it, so that the namespace can end                  → left N
 *   network N NAME                 will forget the flows of /run/netns/NAME when told to         → network N
 *   gone N                         lets go of it                                                 → gone N
 *   flush                          forgets the flows of every network                            → flushed
 *   batch COUNT                    sends the packets of the following COUNT lines:
 *     ID KIND FLOW N PROTOCOL SOURCE DESTINATION SPORT DPORT
 *     KIND `first` begins a flow; `next` goes on with the flow that packet FLOW has begun
 *                                  → d ID N SOURCE DESTINATION SPORT DPORT   a guest received it, so addressed
 *                                    a ID N SOURCE                           a router answered it
 *                                    r ID N SOURCE                           the answer of a guest came back
 *                                    e ID N SOURCE CODE                      somebody told: destination unreachable
 *                                    late …                                  one of these about an earlier batch
 *                                    done COUNT
 * Whatever else happens is one line `error WORDS`, and the end.
 *
 * Who receives answers at once, as a guest that serves would (SYN-ACK, echo reply, the same protocol back), so that
 * both directions are seen. The guests' own kernels are kept out of it: a guest is made deaf by taking the address off
 * its card, while the network goes on to treat it as before.
 *
 * How a packet that does not arrive is told from one that is still on its way, without waiting for a time: the process
 * stays on one CPU, and a packet that crosses a link waits in that CPU's queue, which is first in, first out. After a
 * batch every guest pings its gateway, several times one after the other. Each ping crosses two links, so by the time
 * the last one has come back, everything that was sent before has crossed more links than there are on any way. That
 * this holds is watched: a packet that arrives later is told as `late`.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  MOST_GUESTS = 1024,
  MOST_NETWORKS = 64,
  MOST_BYTES = 256,
  /* Frames that are taken from a card at once. */
  AT_ONCE = 64,
  /* Packets that are sent before somebody looks what has arrived; bounds what waits in a socket. */
  SENT_BEFORE_LOOK = 16,
  /* Pings one after the other; two links each. The longest way has four, six with an error that comes back. */
  PINGS = 4,
  /* How long a ping may take before something is wrong. Milliseconds. */
  PATIENCE = 10000,
  NAME_PORT = 53,
};

/* What every packet carries: which it is, and whether it is the packet, its answer, or a ping of ours. */
struct mark {
  uint8_t magic[8];
  uint32_t id;
  uint32_t flow;
  uint8_t role;
  uint8_t more[3];
} __attribute__((packed));
enum { PACKET = 1, ANSWER = 2, PING = 3 };
static const uint8_t MAGIC[8] = {'y', 'l', 'p', 'r', 'o', 'b', 'e', '\n'};

struct gre {
  uint16_t flags;
  uint16_t protocol;
};

struct guest {
  int socket;
  uint8_t own[6], router[6];
  uint32_t address, gateway;
  uint32_t answered; /* the last ping that came back */
};

/* A packet as a line wrote it down. Addresses and ports in network order. */
struct probe {
  uint32_t id, flow;
  int goes_on;
  uint8_t protocol, role;
  uint32_t source, destination;
  uint16_t sport, dport;
};

static struct guest guests[MOST_GUESTS];
static int networks[MOST_NETWORKS];
static int home, poller;
static uint32_t first_of_batch, pings;
static struct mmsghdr heads[AT_ONCE];
static struct iovec pieces[AT_ONCE];
static uint8_t frames[AT_ONCE][MOST_BYTES];

static void fail(const char *format, ...) {
  va_list words;
  printf("error ");
  va_start(words, format);
  vprintf(format, words);
  va_end(words);
  printf("\n");
  fflush(stdout);
  exit(1);
}

static void check(int result, const char *doing) {
  if (result < 0) fail("%s: %s", doing, strerror(errno));
}

/* ---- namespaces ---- */

static void enter(const char *name) {
  char path[300];
  snprintf(path, sizeof path, "/run/netns/%s", name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  check(file, path);
  check(setns(file, CLONE_NEWNET), path);
  close(file);
}

static void leave(void) { check(setns(home, CLONE_NEWNET), "going back"); }

static uint32_t sum(const void *data, size_t length, uint32_t total) {
  const uint8_t *byte = data;
  for (size_t at = 0; at + 1 < length; at += 2) total += (uint32_t)byte[at] << 8 | byte[at + 1];
  if (length & 1) total += (uint32_t)byte[length - 1] << 8;
  return total;
}

static uint16_t folded(uint32_t total) {
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return htons((uint16_t)~total);
}

/* Learns the router's MAC as any guest does. */
static void ask_router(struct guest *guest, int index) {
  struct {
    struct ether_header ether;
    struct arphdr arp;
    uint8_t sender[6];
    uint32_t sender_address;
    uint8_t target[6];
    uint32_t target_address;
  } __attribute__((packed)) request = {0}, answer;
  int asking = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ARP));
  check(asking, "socket for ARP");
  struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = index};
  check(bind(asking, (void *)&place, sizeof place), "bind for ARP");
  struct timeval patience = {.tv_sec = PATIENCE / 1000};
  check(setsockopt(asking, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), "patience");
  memset(request.ether.ether_dhost, 0xff, 6);
  memcpy(request.ether.ether_shost, guest->own, 6);
  request.ether.ether_type = htons(ETHERTYPE_ARP);
  request.arp = (struct arphdr){htons(ARPHRD_ETHER), htons(ETHERTYPE_IP), 6, 4, htons(ARPOP_REQUEST)};
  memcpy(request.sender, guest->own, 6);
  request.sender_address = guest->address;
  request.target_address = guest->gateway;
  check(send(asking, &request, sizeof request, 0), "asking for the gateway");
  do check(recv(asking, &answer, sizeof answer, 0), "the gateway does not answer ARP");
  while (answer.arp.ar_op != htons(ARPOP_REPLY) || answer.sender_address != guest->gateway);
  memcpy(guest->router, answer.sender, 6);
  close(asking);
}

/* Without an address of its own a kernel neither answers nor complains. */
static void deafen(void) {
  struct ifreq card = {.ifr_name = "eth0"};
  struct sockaddr_in none = {.sin_family = AF_INET};
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  check(any, "socket");
  memcpy(&card.ifr_addr, &none, sizeof none);
  check(ioctl(any, SIOCSIFADDR, &card), "taking the address off eth0");
  close(any);
}

static void open_guest(int number, const char *name, const char *address, const char *gateway) {
  if (number < 0 || number >= MOST_GUESTS || guests[number].socket >= 0) fail("guest %d cannot be opened", number);
  struct guest *guest = &guests[number];
  if (inet_pton(AF_INET, address, &guest->address) != 1 || inet_pton(AF_INET, gateway, &guest->gateway) != 1)
    fail("guest %d: no addresses: %s %s", number, address, gateway);
  enter(name);
  int index = (int)if_nametoindex("eth0");
  if (index == 0) fail("%s has no eth0", name);
  /* Of one protocol, so that it does not see what it sends itself. Nothing is queued before it knows its card. */
  int opened = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  check(opened, "packet socket");
  struct ifreq card = {.ifr_name = "eth0"};
  check(ioctl(opened, SIOCGIFHWADDR, &card), "MAC of eth0");
  memcpy(guest->own, card.ifr_hwaddr.sa_data, 6);
  ask_router(guest, index);
  deafen();
  int room = 1 << 22;
  setsockopt(opened, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = index};
  check(bind(opened, (void *)&place, sizeof place), "bind to eth0");
  leave();
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)number};
  check(epoll_ctl(poller, EPOLL_CTL_ADD, opened, &event), "epoll");
  guest->socket = opened;
  guest->answered = pings;
}

static void open_network(int number, const char *name) {
  if (number < 0 || number >= MOST_NETWORKS || networks[number] >= 0) fail("network %d cannot be opened", number);
  enter(name);
  int opened = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  check(opened, "netlink socket");
  leave();
  networks[number] = opened;
}

static void flush_flows(int netlink) {
  struct {
    struct nlmsghdr head;
    struct nfgenmsg body;
  } request = {{sizeof request, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST | NLM_F_ACK, 1, 0}, {0}};
  struct {
    struct nlmsghdr head;
    struct nlmsgerr body;
    char more[256];
  } answer;
  check((int)send(netlink, &request, sizeof request, 0), "forgetting flows");
  check((int)recv(netlink, &answer, sizeof answer, 0), "forgetting flows");
  if (answer.head.nlmsg_type == NLMSG_ERROR && answer.body.error != 0)
    fail("forgetting flows: %s", strerror(-answer.body.error));
}

/* ---- packets ---- */

static uint32_t sequence_of(uint32_t flow, int answers) { return flow * 2654435761u + (answers ? 0x40000000u : 0); }

/* Writes the frame of a packet and returns its length. */
static size_t write_frame(uint8_t *frame, const struct guest *from, const struct probe *probe) {
  memset(frame, 0, MOST_BYTES);
  struct ether_header *ether = (void *)frame;
  struct iphdr *ip = (void *)(ether + 1);
  uint8_t *inner = (void *)(ip + 1);
  struct mark mark = {.id = htonl(probe->id), .flow = htonl(probe->flow), .role = probe->role};
  memcpy(mark.magic, MAGIC, sizeof MAGIC);
  mark.more[0] = (uint8_t)probe->goes_on;
  size_t head = 0;
  switch (probe->protocol) {
    case IPPROTO_TCP: {
      struct tcphdr *tcp = (void *)inner;
      int answers = probe->role == ANSWER;
      uint32_t moved = 1 + sizeof mark;
      head = sizeof *tcp;
      tcp->source = probe->sport;
      tcp->dest = probe->dport;
      tcp->doff = sizeof *tcp / 4;
      tcp->window = htons(65535);
      tcp->syn = !probe->goes_on;
      tcp->ack = answers || probe->goes_on;
      tcp->seq = htonl(sequence_of(probe->flow, answers) + (probe->goes_on ? moved : 0));
      if (tcp->ack) {
        /* An answer has received what it answers. */
        uint32_t received = moved + (answers && probe->goes_on ? sizeof mark : 0);
        tcp->ack_seq = htonl(sequence_of(probe->flow, !answers) + received);
      }
      break;
    }
    case IPPROTO_UDP: {
      struct udphdr *udp = (void *)inner;
      head = sizeof *udp;
      udp->source = probe->sport;
      udp->dest = probe->dport;
      udp->len = htons(sizeof *udp + sizeof mark);
      break;
    }
    case IPPROTO_ICMP: {
      struct icmphdr *icmp = (void *)inner;
      head = sizeof *icmp;
      icmp->type = probe->role == ANSWER ? ICMP_ECHOREPLY : ICMP_ECHO;
      icmp->un.echo.id = probe->sport;
      icmp->un.echo.sequence = probe->dport;
      break;
    }
    case IPPROTO_GRE: {
      struct gre *gre = (void *)inner;
      head = sizeof *gre;
      gre->protocol = htons(ETHERTYPE_IP);
      break;
    }
  }
  memcpy(inner + head, &mark, sizeof mark);
  size_t length = head + sizeof mark;

  memcpy(ether->ether_dhost, from->router, 6);
  memcpy(ether->ether_shost, from->own, 6);
  ether->ether_type = htons(ETHERTYPE_IP);
  *ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = probe->protocol};
  ip->tot_len = htons((uint16_t)(sizeof *ip + length));
  ip->id = htons((uint16_t)probe->id);
  ip->frag_off = htons(IP_DF);
  ip->saddr = probe->source;
  ip->daddr = probe->destination;
  ip->check = folded(sum(ip, sizeof *ip, 0));

  if (probe->protocol == IPPROTO_ICMP) {
    ((struct icmphdr *)(void *)inner)->checksum = folded(sum(inner, length, 0));
  } else if (probe->protocol == IPPROTO_TCP || probe->protocol == IPPROTO_UDP) {
    uint32_t total = sum(&ip->saddr, 8, probe->protocol + (uint32_t)length);
    uint16_t checksum = folded(sum(inner, length, total));
    if (probe->protocol == IPPROTO_TCP) ((struct tcphdr *)(void *)inner)->check = checksum;
    else ((struct udphdr *)(void *)inner)->check = checksum ? checksum : 0xffff;
  }
  return sizeof *ether + sizeof *ip + length;
}

static void send_probe(const struct guest *from, const struct probe *probe) {
  uint8_t frame[MOST_BYTES];
  size_t length = write_frame(frame, from, probe);
  check((int)send(from->socket, frame, length, 0), "sending");
}

static const char *spelt(uint32_t address) {
  static char texts[4][INET_ADDRSTRLEN];
  static int turn;
  turn = (turn + 1) & 3;
  inet_ntop(AF_INET, &address, texts[turn], INET_ADDRSTRLEN);
  return texts[turn];
}

static void tell(uint32_t id) {
  if ((int32_t)(id - first_of_batch) < 0) printf("late ");
}

/* An error about one of our packets, which it repeats. */
static void tell_unreachable(int number, const struct iphdr *ip, const struct icmphdr *icmp, const uint8_t *end) {
  const struct iphdr *about = (const void *)(icmp + 1);
  struct mark mark;
  if ((const uint8_t *)(about + 1) > end) return;
  const uint8_t *inner = (const uint8_t *)about + about->ihl * 4u;
  switch (about->protocol) {
    case IPPROTO_TCP: inner += sizeof(struct tcphdr); break;
    case IPPROTO_UDP: inner += sizeof(struct udphdr); break;
    case IPPROTO_ICMP: inner += sizeof(struct icmphdr); break;
    case IPPROTO_GRE: inner += sizeof(struct gre); break;
  }
  if (inner + sizeof mark > end) return;
  memcpy(&mark, inner, sizeof mark);
  if (memcmp(mark.magic, MAGIC, sizeof MAGIC) != 0 || mark.role != PACKET) return;
  tell(ntohl(mark.id));
  printf("e %u %d %s %u\n", ntohl(mark.id), number, spelt(ip->saddr), icmp->code);
}

/* What came in at a card. Whatever is not ours is passed over. */
static void receive(int number, const uint8_t *frame, size_t length) {
  struct guest *guest = &guests[number];
  const struct ether_header *ether = (const void *)frame;
  const struct iphdr *ip = (const void *)(ether + 1);
  if (length < sizeof *ether + sizeof *ip || ether->ether_type != htons(ETHERTYPE_IP)) return;
  const uint8_t *inner = (const uint8_t *)ip + ip->ihl * 4u;
  struct probe seen = {.protocol = ip->protocol, .source = ip->saddr, .destination = ip->daddr};
  size_t head = 0;
  uint8_t type = 0;
  switch (ip->protocol) {
    case IPPROTO_TCP: {
      const struct tcphdr *tcp = (const void *)inner;
      head = tcp->doff * 4u;
      seen.sport = tcp->source;
      seen.dport = tcp->dest;
      if (tcp->rst && tcp->source == htons(NAME_PORT)) {
        /* No service behind a router's open port: its kernel says so. The number that it acknowledges tells of what. */
        uint32_t id = (ntohl(tcp->ack_seq) - 1 - (uint32_t)sizeof(struct mark)) * 244002641u;
        tell(id);
        printf("a %u %d %s\n", id, number, spelt(ip->saddr));
        return;
      }
      break;
    }
    case IPPROTO_UDP: {
      const struct udphdr *udp = (const void *)inner;
      head = sizeof *udp;
      seen.sport = udp->source;
      seen.dport = udp->dest;
      break;
    }
    case IPPROTO_ICMP: {
      const struct icmphdr *icmp = (const void *)inner;
      head = sizeof *icmp;
      type = icmp->type;
      seen.sport = icmp->un.echo.id;
      seen.dport = icmp->un.echo.sequence;
      if (type == ICMP_DEST_UNREACH) tell_unreachable(number, ip, icmp, frame + length);
      if (type != ICMP_ECHO && type != ICMP_ECHOREPLY) return;
      break;
    }
    case IPPROTO_GRE: head = sizeof(struct gre); break;
  }
  struct mark mark;
  if (inner + head + sizeof mark > frame + length) return;
  memcpy(&mark, inner + head, sizeof mark);
  if (memcmp(mark.magic, MAGIC, sizeof MAGIC) != 0) return;
  seen.id = ntohl(mark.id);
  seen.flow = ntohl(mark.flow);
  seen.goes_on = mark.more[0];
  int reply = ip->protocol == IPPROTO_ICMP && type == ICMP_ECHOREPLY;
  if (mark.role == PING) {
    if (reply) guest->answered = seen.id;
    return;
  }
  tell(seen.id);
  if (mark.role == ANSWER) {
    printf("r %u %d %s\n", seen.id, number, spelt(ip->saddr));
    return;
  }
  if (reply) {
    printf("a %u %d %s\n", seen.id, number, spelt(ip->saddr));
    return;
  }
  printf("d %u %d %s %s %u %u\n", seen.id, number, spelt(ip->saddr), spelt(ip->daddr), ntohs(seen.sport), ntohs(seen.dport));
  struct probe answer = seen;
  answer.role = ANSWER;
  answer.source = seen.destination;
  answer.destination = seen.source;
  if (seen.protocol != IPPROTO_ICMP) {
    answer.sport = seen.dport;
    answer.dport = seen.sport;
  }
  send_probe(guest, &answer);
}

/* Takes in all that has arrived anywhere; waits for something first, if told how long. */
static int look(int patience) {
  struct epoll_event events[64];
  int taken = 0;
  for (;;) {
    int ready = epoll_wait(poller, events, 64, taken ? 0 : patience);
    check(ready, "epoll_wait");
    if (ready == 0) return taken;
    for (int at = 0; at < ready; at++) {
      int number = (int)events[at].data.u32;
      for (;;) {
        int count = recvmmsg(guests[number].socket, heads, AT_ONCE, MSG_DONTWAIT, NULL);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) break;
        /* The card was taken away; whoever did it tells us to leave. */
        if (count < 0 && errno == ENETDOWN) break;
        check(count, "receiving");
        for (int one = 0; one < count; one++) receive(number, frames[one], heads[one].msg_len);
        taken += count;
        if (count < AT_ONCE) break;
      }
    }
  }
}

/* Returns when all that was sent before has arrived or never will. */
static void settle(const uint8_t *sent) {
  look(0);
  for (int turn = 0; turn < PINGS; turn++) {
    pings++;
    for (int number = 0; number < MOST_GUESTS; number++) {
      if (!sent[number]) continue;
      struct guest *guest = &guests[number];
      struct probe ping = {.id = pings, .protocol = IPPROTO_ICMP, .role = PING};
      ping.source = guest->address;
      ping.destination = guest->gateway;
      ping.sport = htons((uint16_t)(pings >> 16));
      ping.dport = htons((uint16_t)pings);
      send_probe(guest, &ping);
    }
    for (int number = 0; number < MOST_GUESTS; number++) {
      while (sent[number] && guests[number].answered != pings)
        if (look(PATIENCE) == 0) fail("the gateway does not answer guest %d", number);
    }
  }
  look(0);
}

static void require_all_taken(void) {
  for (int number = 0; number < MOST_GUESTS; number++) {
    struct tpacket_stats counted;
    socklen_t size = sizeof counted;
    if (guests[number].socket < 0) continue;
    check(getsockopt(guests[number].socket, SOL_PACKET, PACKET_STATISTICS, &counted, &size), "statistics");
    if (counted.tp_drops > 0) fail("%u packets were lost at guest %d", counted.tp_drops, number);
  }
}

static void run_batch(int count) {
  static uint8_t sent[MOST_GUESTS];
  char line[256], kind[8], source[32], destination[32];
  memset(sent, 0, sizeof sent);
  struct probe *probes = calloc((size_t)count + 1, sizeof *probes);
  int *senders = calloc((size_t)count + 1, sizeof *senders);
  if (probes == NULL || senders == NULL) fail("no memory for %d packets", count);
  for (int at = 0; at < count; at++) {
    unsigned protocol, sport, dport;
    struct probe *probe = &probes[at];
    if (fgets(line, sizeof line, stdin) == NULL) exit(0);
    int read = sscanf(line, "%u %7s %u %d %u %31s %31s %u %u", &probe->id, kind, &probe->flow, &senders[at], &protocol,
                      source, destination, &sport, &dport);
    if (read != 9 || senders[at] < 0 || senders[at] >= MOST_GUESTS || guests[senders[at]].socket < 0 ||
        inet_pton(AF_INET, source, &probe->source) != 1 || inet_pton(AF_INET, destination, &probe->destination) != 1)
      fail("no packet: %s", line);
    probe->role = PACKET;
    probe->goes_on = strcmp(kind, "next") == 0;
    probe->protocol = (uint8_t)protocol;
    probe->sport = htons((uint16_t)sport);
    probe->dport = htons((uint16_t)dport);
  }
  if (count > 0) first_of_batch = probes[0].id;
  for (int at = 0; at < count; at++) {
    sent[senders[at]] = 1;
    send_probe(&guests[senders[at]], &probes[at]);
    if (at % SENT_BEFORE_LOOK == SENT_BEFORE_LOOK - 1) look(0);
  }
  settle(sent);
  /* Whoever received has answered since: those answers are on their way behind the last ping of nobody. */
  for (int number = 0; number < MOST_GUESTS; number++) sent[number] = guests[number].socket >= 0;
  settle(sent);
  require_all_taken();
  free(probes);
  free(senders);
  printf("done %d\n", count);
}

static void stay_on_one_cpu(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET((size_t)sched_getcpu(), &one);
  check(sched_setaffinity(0, sizeof one, &one), "staying on one CPU");
}

int main(void) {
  static char output[1 << 20];
  char line[256], name[128], address[32], gateway[32];
  int number;
  setvbuf(stdout, output, _IOFBF, sizeof output);
  for (int at = 0; at < MOST_GUESTS; at++) guests[at].socket = -1;
  for (int at = 0; at < MOST_NETWORKS; at++) networks[at] = -1;
  for (int at = 0; at < AT_ONCE; at++) {
    pieces[at] = (struct iovec){frames[at], MOST_BYTES};
    heads[at].msg_hdr = (struct msghdr){.msg_iov = &pieces[at], .msg_iovlen = 1};
  }
  stay_on_one_cpu();
  home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  check(home, "own namespace");
  poller = epoll_create1(EPOLL_CLOEXEC);
  check(poller, "epoll");
  while (fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "guest %d %127s %31s %31s", &number, name, address, gateway) == 4) {
      open_guest(number, name, address, gateway);
      printf("guest %d\n", number);
    } else if (sscanf(line, "leave %d", &number) == 1) {
      if (number < 0 || number >= MOST_GUESTS || guests[number].socket < 0) fail("there is no guest %d", number);
      close(guests[number].socket);
      guests[number].socket = -1;
      printf("left %d\n", number);
    } else if (sscanf(line, "network %d %127s", &number, name) == 2) {
      open_network(number, name);
      printf("network %d\n", number);
    } else if (sscanf(line, "gone %d", &number) == 1) {
      if (number < 0 || number >= MOST_NETWORKS || networks[number] < 0) fail("there is no network %d", number);
      close(networks[number]);
      networks[number] = -1;
      printf("gone %d\n", number);
    } else if (strcmp(line, "flush\n") == 0) {
      for (int at = 0; at < MOST_NETWORKS; at++)
        if (networks[at] >= 0) flush_flows(networks[at]);
      printf("flushed\n");
    } else if (sscanf(line, "batch %d", &number) == 1 && number >= 0) {
      run_batch(number);
    } else {
      fail("what is that: %s", line);
    }
    fflush(stdout);
  }
  return 0;
}
