package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.core.embedded.ledger.Audit;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The embedded ledger. It makes a block of each transaction; those of one step have one time. */
final class EmbeddedSide extends LedgerSide {
  private static final int DEPTH = 1_000;

  private final Hands hands;

  /** Its head behind each block of the sequence. */
  private final List<Long> heads = new ArrayList<>();

  /** Where the clock is and the chain that reads it. */
  private static final class Hands implements InstantSource {
    private final EmbeddedChain chain;
    private Instant now = World.START;

    Hands(World world) {
      Map<Address, Amount> funds = new HashMap<>();
      for (Actor actor : Actor.values()) {
        funds.put(actor.address(), world.funds(actor));
      }
      funds.put(World.OWNER.address(), world.rest());
      chain =
          EmbeddedChain.inMemory(
              EmbeddedChain.config(Keys.SIGNATURES)
                  .clock(this)
                  .parameters(world.parameters())
                  .funds(funds)
                  .finalityDepth(DEPTH)
                  .blockInterval(Duration.ZERO));
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  EmbeddedSide(World world, List<Deal> deals) {
    this(new Hands(world), deals);
  }

  private EmbeddedSide(Hands hands, List<Deal> deals) {
    super(deals, actor -> hands.chain.connect(actor.signer()));
    this.hands = hands;
    heads.add(0L);
  }

  @Override
  void begin(Instant time) {
    hands.now = time;
  }

  @Override
  void seal(Instant time) {
    heads.add(hands.chain.head().number());
  }

  @Override
  void drop(int depth) {
    for (int i = 0; i < depth; i++) {
      heads.removeLast();
    }
    int blocks = (int) (hands.chain.head().number() - heads.getLast());
    if (blocks > 0) {
      hands.chain.reorg(blocks, false);
    }
  }

  @Override
  public void pause(Instant time, boolean on) {
    hands.now = time;
    hands.chain.pause(on);
    settle();
  }

  @Override
  public List<BigInteger> money() {
    List<BigInteger> all = new ArrayList<>();
    for (Actor actor : Actor.values()) {
      all.add(reader().balance(actor.address(), Finality.PENDING).baseUnits());
      all.add(reader().vault(actor.address(), Finality.PENDING).baseUnits());
    }
    Audit audit = hands.chain.audit();
    all.add(audit.pot().baseUnits());
    all.add(audit.vaults().baseUnits().add(audit.pot().baseUnits()).add(audit.held().baseUnits()));
    return all;
  }

  /** What is kept of a deal, for whoever makes up a sequence. */
  AgreementRecord recordOf(int deal) {
    return reader().agreement(scene().id(deal), Finality.PENDING);
  }

  /** Whether all tokens are there. */
  boolean isExact() {
    return hands.chain.audit().isExact();
  }

  @Override
  public void close() {
    super.close();
    hands.chain.close();
  }
}
