package io.edgebeat.core.agreement;

import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.market.Terms;
import java.util.Optional;
import java.util.stream.Stream;

/** What a counter-offer changes, in words; the hash of the terms follows from the terms. */
final class CounterChanges {
  private CounterChanges() {}

  static Optional<String> between(Agreement a, Agreement b) {
    return Stream.of(
            change("buyer", a.buyer(), b.buyer()),
            change("seller", a.seller(), b.seller()),
            change("voucherKey", a.voucherKey(), b.voucherKey()),
            change("deposit", a.deposit(), b.deposit()),
            change("fee", a.fee(), b.fee()),
            change("openBy", a.openBy(), b.openBy()),
            change("expiry", a.expiry(), b.expiry()),
            change("challenge", a.challenge(), b.challenge()),
            change("tenant", a.tenant(), b.tenant()),
            change("policy", a.policy(), b.policy()),
            change("funding", a.funding(), b.funding()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  static Optional<String> between(Terms a, Terms b) {
    return Stream.of(
            change("listing", a.listing(), b.listing()),
            change("listingSequence", a.listingSequence(), b.listingSequence()),
            change("workloadType", a.workloadType(), b.workloadType()),
            change("image", a.image(), b.image()),
            change("limits", a.limits(), b.limits()),
            change("resources", a.resources(), b.resources()),
            change("price", a.price(), b.price()),
            change("maxTasks", a.maxTasks(), b.maxTasks()),
            change("maxUnpaidTicks", a.maxUnpaidTicks(), b.maxUnpaidTicks()),
            change("window", a.window(), b.window()),
            change("resultAmount", a.resultAmount(), b.resultAmount()),
            change("receiptKey", a.receiptKey(), b.receiptKey()),
            change("hostProfile", a.hostProfile(), b.hostProfile()),
            change("capabilities", a.capabilities(), b.capabilities()),
            change("tier", a.tier(), b.tier()),
            change("salt", a.salt(), b.salt()),
            // Whatever else terms may come to hold.
            change("terms", a, b))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> change(String what, Object mine, Object theirs) {
    return mine.equals(theirs)
        ? Optional.empty()
        : Optional.of(what + " from " + mine + " to " + theirs);
  }
}
