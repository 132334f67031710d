package io.edgebeat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.sim.SimDisk;
import io.edgebeat.core.sim.SimHost;
import io.edgebeat.core.sim.SimLedger;
import io.edgebeat.core.sim.SimNet;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Everything that can go wrong in a market of virtual time. A fault happens at once, or from now on
 * until {@link #heal}. Nodes are named as in {@link LocalMarket}. Not thread-safe, as everything of
 * virtual time.
 */
public final class MarketFaults {
  /** What a crash leaves of what was written and not synced. */
  public enum Unsynced {
    /** All of it is lost. */
    LOST,
    /** All of it is there: only the process has died. */
    KEPT,
    /** It breaks off in the middle of a write. */
    TORN,
    /** Some of it is there, in any order. */
    REORDERED
  }

  private final LocalMarket market;
  private final SimSite site;
  private final EmbeddedChain chain;
  private final Map<String, Unsynced> powerOff = new TreeMap<>();
  private final Map<String, SimDisk> backups = new TreeMap<>();

  MarketFaults(LocalMarket market, SimSite site, EmbeddedChain chain) {
    this.market = market;
    this.site = site;
    this.chain = chain;
    site.world.check(this::noticePowerOff);
  }

  /**
   * Changes what happens to messages.
   *
   * @param drop how likely one is lost, 0 to 1
   * @param duplicate how likely one arrives twice
   * @param corrupt how likely a bit of one is turned
   * @param least the shortest way a message takes
   * @param most the longest; a message may overtake another
   */
  public void network(
      double drop, double duplicate, double corrupt, Duration least, Duration most) {
    site.net.weather(new SimNet.Weather(drop, duplicate, corrupt, least.toNanos(), most.toNanos()));
  }

  /**
   * Cuts a node off from all others, but not from the ledger, or lets it back.
   *
   * @param node which
   * @param off true to cut
   */
  public void cutOff(String node, boolean off) {
    site.net.cutOff(market.addressOf(node), off);
  }

  /**
   * Kills a node's process, with the power or without. Its executions go on until their leases end.
   *
   * @param node which
   * @param unsynced what becomes of what it had not synced
   */
  public void crash(String node, Unsynced unsynced) {
    SimHost host = site.host(node);
    host.kill();
    host.disk()
        .crash(
            switch (unsynced) {
              case LOST -> SimDisk.CrashMode.DROP;
              case KEPT -> SimDisk.CrashMode.KEEP;
              case TORN -> SimDisk.CrashMode.TEAR;
              case REORDERED -> SimDisk.CrashMode.REORDER;
            });
    powerOff.remove(node);
    market.died(node);
  }

  /**
   * Crashes a node in the middle of a later write or sync.
   *
   * @param node which
   * @param operation 1 for the next operation on its disk
   * @param unsynced what becomes of what it had not synced
   */
  public void crashAtDiskOperation(String node, int operation, Unsynced unsynced) {
    powerOff.put(node, unsynced);
    site.host(node).disk().powerOffAt(operation);
  }

  /**
   * Lets a later sync of a node's disk fail, once; what it should have made durable is lost when
   * the power goes off.
   *
   * @param node which
   * @param sync 1 for the next one
   */
  public void failSync(String node, int sync) {
    site.host(node).disk().failSync(sync);
  }

  /**
   * Lets a node's disk have so much room and no more, until there is more.
   *
   * @param node which
   * @param bytes the most all its files may have together
   */
  public void diskSpace(String node, long bytes) {
    site.host(node).disk().limitSpace(bytes);
  }

  private void noticePowerOff() {
    for (Map.Entry<String, Unsynced> planned : new TreeMap<>(powerOff).entrySet()) {
      if (site.host(planned.getKey()).disk().isOff()) {
        crash(planned.getKey(), planned.getValue());
      }
    }
  }

  /**
   * Whether a node's process is dead.
   *
   * @param node which
   * @return true from a crash to the restart
   */
  public boolean isDown(String node) {
    return market.isDown(node);
  }

  /**
   * Starts a node anew, from what is on its disk.
   *
   * @param node which
   */
  public void restart(String node) {
    market.restart(node);
  }

  /**
   * Keeps a copy of a node's files as they are now, for {@link #restore}.
   *
   * @param node which
   */
  public void backup(String node) {
    backups.put(node, site.host(node).backup());
  }

  /**
   * Starts a node that is down from its last {@link #backup} instead of its disk.
   *
   * @param node which
   */
  public void restore(String node) {
    SimDisk backup = backups.remove(node);
    if (backup == null || !isDown(node)) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE, node + " has no backup, or is running; crash it first");
    }
    site.host(node).restore(backup);
    powerOff.remove(node);
    market.restart(node);
  }

  /**
   * Takes the newest blocks of the ledger away.
   *
   * @param depth how many, at most the finality depth and at most those there are
   * @param again whether their transactions come again by themselves
   */
  public void reorg(int depth, boolean again) {
    int most = chain.reorgDepth();
    if (most > 0) {
      chain.reorg(Math.min(depth, most), again);
    }
  }

  /**
   * Lets the ledger leave a node's transactions out.
   *
   * @param node which
   * @param on from now on, or no longer
   */
  public void censor(String node, boolean on) {
    way(node).censored(on);
  }

  /**
   * Lets every transaction cost more than a node pays.
   *
   * @param node which
   * @param on from now on, or no longer
   */
  public void feeSpike(String node, boolean on) {
    way(node).dear(on);
  }

  private SimLedger.Way way(String node) {
    return site.ways.computeIfAbsent(node, n -> new SimLedger.Way());
  }

  /**
   * Lets a node's backends take their time: ledger, executors, content, and sending.
   *
   * @param node which
   * @param most how long a call takes at most; zero for as long as usual
   */
  public void slow(String node, Duration most) {
    site.host(node).slow(most);
  }

  /**
   * Sets a node's clock wrong.
   *
   * @param node which
   * @param by so much ahead of the ledger's; negative for behind
   */
  public void clock(String node, Duration by) {
    site.host(node).skew(by);
  }

  /**
   * Lets a node say something else to others than its engine does.
   *
   * @param node the cheat
   * @param words what becomes of each message; empty to say nothing
   */
  public void speech(String node, Function<PeerEnvelope, Optional<PeerEnvelope>> words) {
    site.net.tongue(market.addressOf(node), words);
  }

  /**
   * Watches what a node sends to the ledger, whether it arrives there or not.
   *
   * @param node which
   * @param sent is given every transaction with its command, each time it is sent
   */
  public void transactions(String node, BiConsumer<LedgerCommand, SignedTransaction> sent) {
    way(node).watcher(sent);
  }

  /** Ends every fault that lasts, and starts every node that is down. Cheats stay cheats. */
  public void heal() {
    site.net.weather(SimNet.Weather.FAIR);
    site.ways.values().forEach(way -> way.censored(false));
    site.ways.values().forEach(way -> way.dear(false));
    for (String node : site.hosts.keySet()) {
      site.host(node).skew(Duration.ZERO);
      site.host(node).slow(Duration.ZERO);
      cutOff(node, false);
      if (powerOff.remove(node) != null) {
        site.host(node).disk().powerOffAt(Long.MAX_VALUE / 2);
      }
      if (isDown(node)) {
        restart(node);
      }
    }
  }

  /**
   * How often each kind of trouble with messages has happened.
   *
   * @return counts by kind: drop, duplicate, corrupt, unreadable, cut
   */
  public Map<String, Long> messageTrouble() {
    return Map.copyOf(site.net.happened());
  }
}
