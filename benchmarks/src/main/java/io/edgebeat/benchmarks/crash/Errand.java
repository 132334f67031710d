package io.edgebeat.benchmarks.crash;

import io.edgebeat.LocalMarketBuilder;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Task;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What the nodes of a market have to do with each other while one of them loses its power. */
enum Errand {
  /** Two tasks in one agreement, topped up, and one task that is simply submitted. */
  TRADE {
    @Override
    void run(PowerMarket m) {
      twoTasks(m);
      m.submit("ok", 1_500);
      m.pass(6);
    }
  },

  /** The white paper's single steps. */
  LITERAL {
    @Override
    void prepare(LocalMarketBuilder market) {
      market.option("mode", "literal");
    }

    @Override
    void run(PowerMarket m) {
      twoTasks(m);
    }
  },

  /** Money that comes from the vault, and what an application does with its own money. */
  VAULT {
    @Override
    void prepare(LocalMarketBuilder market) {
      market.option("mode", "vault");
    }

    @Override
    void run(PowerMarket m) {
      m.send(PowerMarket.BUYER, new LedgerCommand.VaultDeposit(Edg.of("50")));
      m.submit("ok", 1_500);
      m.pass(5);
      m.send(PowerMarket.BUYER, new LedgerCommand.VaultWithdraw(Edg.of("1")));
      m.send(
          PowerMarket.SELLER,
          new LedgerCommand.Transfer(m.address(PowerMarket.BUYER), Edg.of("1")));
    }
  },

  /** Tasks that fail in every way. */
  FAILURES {
    @Override
    void run(PowerMarket m) {
      for (String kind : new String[] {"unwilling", "trap", "lost"}) {
        m.submit(kind, 800);
        m.pass(3);
      }
      m.pass(15);
    }
  },

  /** The payment is late: the work is held, and goes on. */
  PAUSE {
    @Override
    void run(PowerMarket m) {
      m.submit("ok", 9_000);
      m.until(20, () -> m.isRunning());
      m.cutOff(PowerMarket.BUYER, 4_000);
      m.pass(20);
    }
  },

  /** The buyer listens to a program, and speaks to it. */
  TALK {
    @Override
    void run(PowerMarket m) {
      Optional<Task> task = m.submit("ok", 6_000);
      m.until(20, () -> m.isRunning());
      for (int i = 0; i < 4; i++) {
        task.ifPresent(m::talk);
        m.pass(1);
      }
      m.pass(5);
    }
  },

  /** The seller does not answer any more, and claims. */
  CLOSING {
    @Override
    void prepare(LocalMarketBuilder market) {
      market.option("buyer.settleTimeout", "PT4S").option("seller.settleTimeout", "PT60S");
    }

    @Override
    void run(PowerMarket m) {
      m.submit("ok", 3_000);
      m.until(20, () -> m.isRunning());
      m.pass(1);
      m.cutOff(PowerMarket.SELLER, 60_000);
      m.pass(70);
    }
  },

  /** Before anything is earned nobody hears of the seller any more, the ledger neither. */
  ABANDONED {
    @Override
    void prepare(LocalMarketBuilder market) {
      CLOSING.prepare(market);
    }

    @Override
    void run(PowerMarket m) {
      Optional<AgreementId> id = m.signed();
      m.cutOff(PowerMarket.SELLER, 60_000);
      m.censor(PowerMarket.SELLER, true);
      if (id.isPresent()) {
        m.open(id.get());
        m.terminate(id.get());
      }
      m.pass(50);
      m.censor(PowerMarket.SELLER, false);
      m.pass(15);
    }
  },

  /** The buyer does not answer any more. */
  RELEASE {
    @Override
    void prepare(LocalMarketBuilder market) {
      market.option("seller.settleTimeout", "PT4S").option("buyer.settleTimeout", "PT60S");
    }

    @Override
    void run(PowerMarket m) {
      m.submit("ok", 3_000);
      m.until(20, () -> m.isRunning());
      m.pass(1);
      m.cutOff(PowerMarket.BUYER, 30_000);
      m.pass(40);
    }
  },

  /** The fee is in, and the channel cannot be funded in time. */
  RECLAIM {
    @Override
    void prepare(LocalMarketBuilder market) {
      market.option("mode", "literal").option("buyer.openBy", "PT15S");
    }

    @Override
    void run(PowerMarket m) {
      Optional<AgreementId> id = m.signed();
      id.ifPresent(m::openSoon);
      m.until(20, () -> id.isPresent() && m.status(id.get()) == AgreementStatus.FEE_HELD);
      m.censor(PowerMarket.BUYER, true);
      m.pass(20);
      m.censor(PowerMarket.BUYER, false);
      m.pass(5);
    }
  },

  /** Another price, one that is too dear, and none. */
  HAGGLING {
    @Override
    void run(PowerMarket m) {
      m.offers(new OfferPolicy.Answer.Counter(price("0.004")));
      m.submit("ok", 800);
      m.pass(5);
      m.offers(new OfferPolicy.Answer.Counter(price("3")));
      m.submit("ok", 800);
      m.pass(5);
      m.offers(new OfferPolicy.Answer.Reject("not today"));
      m.submit("ok", 800);
      m.pass(5);
    }

    private Price price(String perTick) {
      return new Price(Edg.of(perTick), TickUnit.seconds(1), Edg.of("0.003"));
    }
  },

  /** Cancelled while it runs, and cancelled before. */
  CANCELLING {
    @Override
    void run(PowerMarket m) {
      Optional<Task> task = m.submit("ok", 9_000);
      m.until(20, () -> m.isRunning());
      m.pass(1);
      task.ifPresent(m::cancel);
      m.pass(3);
      m.submit("ok", 800).ifPresent(m::cancel);
      m.pass(3);
      m.signed().ifPresent(m::withdraw);
      m.pass(3);
    }
  },

  /** A listing that is replaced. */
  LISTINGS {
    @Override
    void run(PowerMarket m) {
      m.browse();
      m.advertiseAnew();
      m.pass(2);
      m.submit("ok", 800);
      m.pass(5);
    }
  },

  /** A buyer that asks, and says what makes no sense. */
  NONSENSE {
    @Override
    boolean cheats(String node) {
      return node.equals(PowerMarket.BUYER);
    }

    @Override
    PeerMessage instead(PeerEnvelope said) {
      return switch (said.message()) {
        case PeerMessage.CloseNotice notice -> new PeerMessage.StateQuery();
        case PeerMessage.OpenNotice notice -> new PeerMessage.TaskReady(1);
        default -> said.message();
      };
    }

    @Override
    void run(PowerMarket m) {
      twoTasks(m);
    }
  },

  /** Each of them is restarted in the middle, and the buyer's node is closed in good order. */
  RESTARTS {
    @Override
    void run(PowerMarket m) {
      m.submit("ok", 6_000);
      m.until(20, () -> m.isRunning());
      m.restart(PowerMarket.BUYER, false);
      m.pass(1);
      m.restart(PowerMarket.SELLER, false);
      m.pass(5);
      m.submit("ok", 3_000);
      m.until(20, () -> m.isRunning());
      m.pass(1);
      m.restart(PowerMarket.SELLER, true);
      m.pass(1);
      m.restart(PowerMarket.BUYER, true);
      m.pass(5);
    }
  },

  /** As the last, while transactions are on their way. */
  UNFINISHED {
    @Override
    void run(PowerMarket m) {
      m.censor(PowerMarket.BUYER, true);
      m.censor(PowerMarket.SELLER, true);
      m.submit("ok", 1_000);
      m.pass(4);
      m.restart(PowerMarket.BUYER, false);
      m.censor(PowerMarket.BUYER, false);
      m.until(20, () -> m.isRunning());
      m.pass(6);
      m.restart(PowerMarket.SELLER, false);
      m.censor(PowerMarket.SELLER, false);
      m.pass(10);
    }
  },

  /** Nodes that write a snapshot every few records, and come back from one. */
  SNAPSHOTS {
    @Override
    void prepare(LocalMarketBuilder market) {
      market.option("snapshotBytes", "1024");
    }

    @Override
    void run(PowerMarket m) {
      twoTasks(m);
      m.restart(PowerMarket.SELLER, false);
      m.restart(PowerMarket.BUYER, false);
      m.submit("ok", 1_500);
      m.pass(5);
    }
  },

  /** Nodes with slow disks that keep a picture, which is asked and drawn anew. */
  PICTURE {
    @Override
    void prepare(LocalMarketBuilder market) {
      SNAPSHOTS.prepare(market);
    }

    @Override
    boolean keepsPicture() {
      return true;
    }

    @Override
    void run(PowerMarket m) {
      m.slow(300);
      m.submit("ok", 3_000);
      m.until(20, () -> m.isRunning());
      for (String name : PowerMarket.NAMES) {
        m.restart(name, false);
        m.redraw(name);
      }
      m.slow(300);
      m.pass(6);
      PowerMarket.NAMES.forEach(m::lookAtPicture);
      m.advertiseAnew();
      m.submit("ok", 1_500);
      m.pass(5);
      m.slow(0);
    }
  };

  /** What is special about the market. */
  void prepare(LocalMarketBuilder market) {}

  /** Whether the nodes keep a picture of their states. */
  boolean keepsPicture() {
    return false;
  }

  /** Whether a node does not keep to the protocol. */
  boolean cheats(String node) {
    return false;
  }

  /** What the buyer says in place of what its engine does. */
  PeerMessage instead(PeerEnvelope said) {
    return said.message();
  }

  /** Does it; whatever a dead node is asked for is passed over. */
  abstract void run(PowerMarket m);

  private static void twoTasks(PowerMarket m) {
    Optional<AgreementId> id = m.signed();
    if (id.isEmpty()) {
      return;
    }
    m.open(id.get());
    m.runTask(id.get(), 1_500);
    m.topUp(id.get());
    m.pass(3);
    m.runTask(id.get(), 1_500);
    m.pass(3);
    m.terminate(id.get());
    m.pass(3);
  }

  /** For conditions that a run in which somebody dies may never come to. */
  static boolean quiet(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (RuntimeException | PowerLost unknown) {
      return false;
    }
  }
}
