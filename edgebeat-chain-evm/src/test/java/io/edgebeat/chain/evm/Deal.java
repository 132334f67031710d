package io.edgebeat.chain.evm;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.identity.TypedMessage;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.ledger.VoucherClaim;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.testkit.LedgerBench.Party;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An agreement of the buyer and the seller of a bench, and what they sign for it. */
final class Deal {
  private static final Bytes32 INVOICE = ContentId.sha256(new byte[] {1});

  final Agreement agreement;
  private final EvmBench bench;
  private final SigningDomain domain;

  /** What one of them sends. */
  record Step(Party by, LedgerCommand command) {}

  Deal(EvmBench bench, int salt) {
    this.bench = bench;
    this.domain = SigningDomain.edgeBeat(bench.deployment.chainId(), bench.deployment.market());
    this.agreement =
        new Agreement(
            bench.signer(Party.BUYER).address(),
            bench.signer(Party.SELLER).address(),
            bench.signer(Party.VOUCHER_KEY).address(),
            Edg.of("3"),
            Edg.of("1"),
            bench.now().plusSeconds(3_600),
            bench.now().plusSeconds(200_000),
            Duration.ofHours(1),
            0,
            0,
            Agreement.Funding.WALLET,
            ContentId.sha256(ByteBuffer.allocate(4).putInt(salt).array()));
  }

  AgreementId id() {
    return agreement.id(domain);
  }

  private Signature sign(Party party, TypedMessage message) {
    return bench.signer(party).sign(new SigningRequest.OfMessage(domain, message));
  }

  LedgerCommand open() {
    return new LedgerCommand.Open(
        agreement,
        Optional.of(sign(Party.BUYER, agreement)),
        Optional.of(sign(Party.SELLER, agreement)));
  }

  VoucherClaim voucher(Amount cumulative) {
    Voucher voucher = new Voucher(id(), 1, cumulative, Bytes32.ZERO, Edg.of("0"), 0, Bytes32.ZERO);
    return new VoucherClaim(
        new Signed<>(voucher, sign(Party.VOUCHER_KEY, voucher)), 0, Bytes32.ZERO);
  }

  LedgerCommand claim(Amount cumulative) {
    return new LedgerCommand.Claim(agreement, voucher(cumulative));
  }

  LedgerCommand settle(Amount cumulative) {
    Settlement settlement = new Settlement(id(), cumulative, INVOICE);
    return new LedgerCommand.Settle(
        agreement,
        settlement,
        Optional.of(sign(Party.VOUCHER_KEY, settlement)),
        Optional.of(sign(Party.SELLER, settlement)));
  }

  /** The compact way, with a top-up and a claim on it: the seller gets 2 of 4 tokens. */
  List<Step> compact() {
    return List.of(
        new Step(Party.BUYER, open()),
        new Step(Party.BUYER, new LedgerCommand.TopUp(agreement, Edg.of("1"))),
        new Step(Party.SELLER, claim(Edg.of("1"))),
        new Step(Party.BUYER, new LedgerCommand.RequestClose(agreement)),
        new Step(Party.SELLER, settle(Edg.of("2"))));
  }

  /** The literal way, each step a transaction: the seller gets 2 of 3 tokens. */
  List<Step> literal() {
    LedgerCommand end = new LedgerCommand.Terminate(agreement, Edg.of("2"), INVOICE);
    return List.of(
        new Step(Party.BUYER, new LedgerCommand.RecordOffer(id())),
        new Step(Party.SELLER, new LedgerCommand.AcceptOffer(agreement)),
        new Step(Party.BUYER, new LedgerCommand.DepositFee(agreement)),
        new Step(Party.BUYER, new LedgerCommand.FundChannel(agreement)),
        new Step(Party.BUYER, end),
        new Step(Party.SELLER, end));
  }
}
