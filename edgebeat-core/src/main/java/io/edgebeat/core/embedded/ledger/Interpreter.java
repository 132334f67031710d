package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.core.agreement.ChannelState;
import io.edgebeat.core.agreement.MoneyRules;
import io.edgebeat.core.agreement.Movement;
import io.edgebeat.core.agreement.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Executes commands: those about agreements by the money rules, the rest (listings, vaults,
 * transfers) here. A command takes effect as a whole or not at all.
 */
final class Interpreter {
  private static final Amount NOTHING = Amount.zero(Asset.EDG);
  private static final int MAX_URI = 2048;

  private final World world;
  private final LedgerParameters parameters;
  private final Address market;
  private final MoneyRules ids;
  private final Rules rules;

  /**
   * Executes on one market.
   *
   * @param market its own address, which has no key
   */
  Interpreter(
      World world, LedgerParameters parameters, Address market, MoneyRules ids, Rules rules) {
    this.world = world;
    this.parameters = parameters;
    this.market = market;
    this.ids = ids;
    this.rules = rules;
  }

  /** Refused inside a command; {@link #execute} takes back what it has done so far. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    final transient Result.Failed failed;

    Refusal(ErrorCode code, String reason) {
      super(reason, null, false, false);
      this.failed = new Result.Failed(code, reason);
    }
  }

  Result execute(Address sender, LedgerCommand command, Instant now, boolean paused) {
    int mark = world.mark();
    try {
      return new Result.Done(perform(sender, command, now, paused));
    } catch (Refusal e) {
      world.undoTo(mark);
      return e.failed;
    } catch (EdgeBeatException e) {
      // A value of the API that refuses to be: also the sender's mistake.
      world.undoTo(mark);
      return new Result.Failed(e.code(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A defect: it costs this command, not the chain, and the sender is told.
      world.undoTo(mark);
      return new Result.Failed(ErrorCode.INTERNAL, command.name() + ": " + e);
    }
  }

  private List<LedgerEvent> perform(
      Address sender, LedgerCommand command, Instant now, boolean paused) throws Refusal {
    Optional<AgreementId> id = ids.idOf(command);
    if (id.isPresent()) {
      return agreement(id.get(), sender, command, now, paused);
    }
    return switch (command) {
      case LedgerCommand.Advertise c -> advertise(sender, c, now);
      case LedgerCommand.Withdraw c -> withdraw(sender, c);
      case LedgerCommand.VaultDeposit c -> vaultDeposit(sender, c.amount());
      case LedgerCommand.VaultWithdraw c -> vaultWithdraw(sender, c.amount());
      case LedgerCommand.Transfer c -> transfer(sender, c);
      default -> throw new Refusal(ErrorCode.UNSUPPORTED, command.name());
    };
  }

  private List<LedgerEvent> agreement(
      AgreementId id, Address sender, LedgerCommand command, Instant now, boolean paused)
      throws Refusal {
    Slot.Channel slot = new Slot.Channel(id);
    ChannelState before = world.get(slot).orElse(ChannelState.NONE);
    Verdict verdict = rules.decide(before, command, sender, now, paused);
    if (verdict instanceof Verdict.Refused no) {
      throw new Refusal(no.code(), no.reason());
    }
    Verdict.Done done = (Verdict.Done) verdict;
    Set<Address> vaults = new LinkedHashSet<>();
    for (Movement m : done.movements()) {
      switch (m.kind()) {
        case FROM_WALLET -> take(new Slot.Wallet(m.account()), "balance", m.account(), m.amount());
        case FROM_VAULT -> {
          take(new Slot.Vault(m.account()), "vault", m.account(), m.amount());
          vaults.add(m.account());
        }
        case TO_WALLET -> give(new Slot.Wallet(m.account()), m.amount());
        case TO_VAULT -> {
          give(new Slot.Vault(m.account()), m.amount());
          vaults.add(m.account());
        }
        case TO_POT -> give(new Slot.Pot(), m.amount());
      }
    }
    world.put(slot, done.state());
    List<LedgerEvent> events = new ArrayList<>(done.events());
    vaults.forEach(owner -> events.add(vaultChanged(owner)));
    return events;
  }

  /** The same content may be advertised again while it is live only to live longer. */
  private List<LedgerEvent> advertise(Address seller, LedgerCommand.Advertise c, Instant now)
      throws Refusal {
    ListingId id = new ListingId(seller, c.contentHash());
    // What no ledger could keep comes before what this one refuses.
    ListingRecord asked = new ListingRecord(id, c.validUntil(), 0, c.uri());
    if (!asked.validUntil().isAfter(now)) {
      throw new Refusal(
          ErrorCode.BAD_TIME, "validUntil " + c.validUntil() + " is not after " + now);
    }
    int length = c.uri().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_URI) {
      throw new Refusal(
          ErrorCode.INVALID_ARGUMENT, "a uri has at most " + MAX_URI + " bytes, found " + length);
    }
    Slot.Listing slot = new Slot.Listing(id);
    Optional<ListingRecord> known = world.get(slot);
    if (known.isPresent()
        && known.get().validUntil().isAfter(now)
        && !c.validUntil().isAfter(known.get().validUntil())) {
      throw new Refusal(
          ErrorCode.DUPLICATE,
          "listing "
              + id
              + " is valid until "
              + known.get().validUntil()
              + ", which "
              + c.validUntil()
              + " would not prolong");
    }
    take(new Slot.Wallet(seller), "balance", seller, parameters.listingFee());
    give(new Slot.Pot(), parameters.listingFee());
    Slot.ListingSequence counter = new Slot.ListingSequence(seller);
    long sequence = world.get(counter).orElse(0L) + 1;
    world.put(counter, sequence);
    ListingRecord listing = new ListingRecord(id, asked.validUntil(), sequence, asked.uri());
    world.put(slot, listing);
    return List.of(new LedgerEvent.Advertised(listing));
  }

  private List<LedgerEvent> withdraw(Address seller, LedgerCommand.Withdraw c) throws Refusal {
    ListingId id = new ListingId(seller, c.contentHash());
    Slot.Listing slot = new Slot.Listing(id);
    if (world.get(slot).isEmpty()) {
      throw new Refusal(ErrorCode.NOT_FOUND, "no listing " + id);
    }
    world.remove(slot);
    return List.of(new LedgerEvent.Withdrawn(id));
  }

  private List<LedgerEvent> vaultDeposit(Address owner, Amount amount) throws Refusal {
    moving(amount);
    take(new Slot.Wallet(owner), "balance", owner, amount);
    give(new Slot.Vault(owner), amount);
    return List.of(vaultChanged(owner));
  }

  private List<LedgerEvent> vaultWithdraw(Address owner, Amount amount) throws Refusal {
    moving(amount);
    take(new Slot.Vault(owner), "vault", owner, amount);
    give(new Slot.Wallet(owner), amount);
    return List.of(vaultChanged(owner));
  }

  private List<LedgerEvent> transfer(Address from, LedgerCommand.Transfer c) throws Refusal {
    if (c.to().equals(market)) {
      throw new Refusal(
          ErrorCode.INVALID_ARGUMENT, "tokens cannot be sent to the market itself, " + c.to());
    }
    moving(c.amount());
    if (c.to().isZero()) {
      throw new Refusal(ErrorCode.INVALID_ARGUMENT, "tokens cannot be sent to " + c.to());
    }
    take(new Slot.Wallet(from), "balance", from, c.amount());
    give(new Slot.Wallet(c.to()), c.amount());
    return List.of(new LedgerEvent.Transferred(from, c.to(), c.amount()));
  }

  private static void moving(Amount amount) throws Refusal {
    if (amount.isZero() || !amount.asset().equals(Asset.EDG)) {
      throw new Refusal(ErrorCode.BAD_AMOUNT, "the amount must be EDG and not zero: " + amount);
    }
  }

  private LedgerEvent vaultChanged(Address owner) {
    return new LedgerEvent.VaultChanged(owner, world.get(new Slot.Vault(owner)).orElse(NOTHING));
  }

  private void take(Slot<Amount> slot, String what, Address owner, Amount amount) throws Refusal {
    Amount held = world.get(slot).orElse(NOTHING);
    if (held.compareTo(amount) < 0) {
      throw new Refusal(
          ErrorCode.INSUFFICIENT_FUNDS,
          "the " + what + " of " + owner + " is " + held + ", needed are " + amount);
    }
    world.put(slot, held.minus(amount));
  }

  private void give(Slot<Amount> slot, Amount amount) {
    world.put(slot, world.get(slot).orElse(NOTHING).plus(amount));
  }
}
