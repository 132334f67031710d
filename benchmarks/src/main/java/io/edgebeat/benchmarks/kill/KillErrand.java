package io.edgebeat.benchmarks.kill;

/** What the nodes have to do with each other while one of them is killed. */
enum KillErrand {
  /** A task that is simply submitted. */
  TRADE {
    @Override
    void run(KillMarket m) {
      m.buyer("submit", "ok", "60", "2");
      m.buyer("await", "5000");
    }
  },

  /** An agreement step by step, with two tasks, and topped up. */
  STEPS {
    @Override
    void run(KillMarket m) {
      m.buyer("sign");
      m.buyer("open");
      m.buyer("run", "ok", "40", "1");
      m.buyer("topup");
      m.buyer("await", "4000");
      m.buyer("run", "ok", "40", "3");
      m.buyer("await", "4000");
      m.buyer("terminate");
    }
  },

  /** Tasks that fail in every way. */
  FAILURES {
    @Override
    void run(KillMarket m) {
      for (String kind : new String[] {"unwilling", "trap", "lost"}) {
        m.buyer("submit", kind, "30", "1");
        m.buyer("await", "4000");
      }
    }
  },

  /** Another price, one that is too dear, and none. */
  HAGGLING {
    @Override
    void run(KillMarket m) {
      for (String answer : new String[] {"counter", "dear", "reject"}) {
        m.seller("offers", answer);
        m.buyer("submit", "ok", "30", "1");
        m.buyer("await", "3000");
      }
    }

    @Override
    void end(KillMarket m) {
      m.seller("offers", "accept");
    }
  },

  /** Cancelled while it runs, cancelled before, and taken back on the ledger. */
  CANCELLING {
    @Override
    void run(KillMarket m) {
      m.buyer("submit", "ok", "4000", "2");
      m.buyer("running");
      m.buyer("cancel");
      m.buyer("await", "2000");
      m.buyer("submit", "ok", "40", "1");
      m.buyer("cancel");
      m.buyer("await", "1000");
      m.buyer("sign");
      m.buyer("withdraw");
    }
  },

  /** The payment is late: the work is held, and goes on. */
  PAUSE {
    @Override
    void run(KillMarket m) {
      m.buyer("submit", "ok", "1200", "8");
      m.buyer("running");
      m.cutOff("buyer", true);
      m.pass(700);
      m.cutOff("buyer", false);
      m.buyer("await", "4000");
    }

    @Override
    void end(KillMarket m) {
      m.cutOff("buyer", false);
    }
  },

  /** Buyer and program speak while it runs, and the buyer listens to what it says. */
  TALK {
    @Override
    void run(KillMarket m) {
      m.buyer("submit", "talk", "1200", "2");
      m.buyer("running");
      m.buyer("talk");
      m.buyer("await", "5000");
    }
  },

  /** One does not answer the other any more; who loses patience first ends it alone. */
  SILENCE {
    @Override
    void run(KillMarket m) {
      m.buyer("submit", "ok", "900", "4");
      m.buyer("running");
      m.pass(200);
      m.cutOff("seller", true);
      m.buyer("giveup");
      m.pass(6000);
    }

    @Override
    void end(KillMarket m) {
      m.cutOff("seller", false);
    }
  },

  /** Before anything is earned nobody hears of the seller any more, the ledger neither. */
  ABANDONED {
    @Override
    void run(KillMarket m) {
      m.buyer("sign");
      m.cutOff("seller", true);
      m.censor("seller", true);
      m.buyer("open");
      m.buyer("terminate");
      m.pass(7000);
    }

    @Override
    void end(KillMarket m) {
      m.cutOff("seller", false);
      m.censor("seller", false);
    }
  },

  /** They are in contract, and nobody hears of the seller until the buyer has ended it alone. */
  ALONE {
    @Override
    void run(KillMarket m) {
      m.buyer("sign");
      m.buyer("open");
      m.cutOff("seller", true);
      m.censor("seller", true);
      m.buyer("terminate");
      m.untilClosed();
    }

    @Override
    void end(KillMarket m) {
      m.cutOff("seller", false);
      m.censor("seller", false);
    }
  },

  /** A buyer that asks, and says what makes no sense. */
  NONSENSE {
    @Override
    void run(KillMarket m) {
      m.garble(true);
      m.buyer("sign");
      m.buyer("open");
      m.buyer("terminate");
      m.pass(800);
    }

    @Override
    void end(KillMarket m) {
      m.garble(false);
    }
  },

  /** The fee is in, and the channel cannot be funded in time. */
  RECLAIM {
    @Override
    void run(KillMarket m) {
      m.buyer("sign");
      m.stopFunding(true);
      m.buyerSoon("open");
      m.pass(10_500);
    }

    @Override
    void end(KillMarket m) {
      m.stopFunding(false);
    }
  },

  /** A listing that is replaced, and an application that moves its own money. */
  LISTINGS {
    @Override
    void run(KillMarket m) {
      m.seller("renew");
      m.buyer("listed");
      m.buyer("vault");
      m.buyer("unvault");
      m.seller("transfer");
    }
  },

  /** A node is closed in good order. */
  CLOSING {
    @Override
    void run(KillMarket m) {
      m.buyer("submit", "ok", "600", "2");
      m.buyer("running");
      m.seller("close");
      m.buyer("close");
    }

    @Override
    void end(KillMarket m) {
      m.reopen("seller");
      m.reopen("buyer");
    }
  },

  /** The pictures that the nodes keep are asked, and drawn anew, while they trade. */
  PICTURE {
    @Override
    void run(KillMarket m) {
      m.buyer("submit", "ok", "200", "2");
      m.buyer("redraw");
      m.seller("redraw");
      m.buyer("await", "5000");
      m.buyer("look");
      m.seller("look");
    }
  },

  /**
   * A node that was killed comes back, in the middle of a trade; what it has sent last the ledger
   * has not seen.
   */
  COMING_BACK {
    @Override
    void run(KillMarket m) {
      m.censor("buyer", true);
      m.censor("seller", true);
      m.buyer("submit", "ok", "300", "2");
      m.untilLost("buyer");
      m.comeBack("buyer");
      m.censor("buyer", false);
      m.untilLost("seller");
      m.comeBack("seller");
      m.censor("seller", false);
      m.buyer("submit", "ok", "300", "2");
      m.pass(250);
      m.comeBack("seller");
    }

    @Override
    void end(KillMarket m) {
      m.censor("buyer", false);
      m.censor("seller", false);
    }
  },

  /** Who has never been here before opens its node, and trades; see {@code strikeNewcomer}. */
  NEWCOMER {
    @Override
    void run(KillMarket m) {
      TRADE.run(m);
    }
  },

  /** Whose journal is still short writes a snapshot now and again; see {@code replace}. */
  YOUNG {
    @Override
    void run(KillMarket m) {
      STEPS.run(m);
      for (int i = 0; i < 4; i++) {
        TRADE.run(m);
      }
    }
  };

  /** Does it; whatever a dead node is asked for is passed over. */
  abstract void run(KillMarket m);

  /** Ends what must not last. */
  void end(KillMarket m) {}
}
