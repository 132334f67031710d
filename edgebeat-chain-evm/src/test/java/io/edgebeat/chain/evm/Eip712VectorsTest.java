package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The vectors that the contracts' tests compute as well: digests, signatures, chains of ticks. */
class Eip712VectorsTest {
  private static final Path FILE = Path.of("contracts/test/vectors/eip712.json");

  @TestFactory
  Stream<DynamicTest> bothComputeTheSame() throws Exception {
    Json json = Json.parse(Files.readAllBytes(FILE));
    Address market = Hex.address(json.at("market"));
    Address signer = Hex.address(json.at("signer"));
    List<Json> cases = json.at("cases").items();
    assertThat(cases).hasSize(Integer.parseInt(((Json.Num) json.at("count")).digits())).hasSize(24);
    return cases.stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    "chain " + ((Json.Num) c.at("chain")).digits(),
                    () -> check(c, market, signer)));
  }

  private static void check(Json c, Address market, Address signer) {
    long chain = Long.parseLong(((Json.Num) c.at("chain")).digits());
    SigningDomain domain = SigningDomain.edgeBeat(chain, market);
    assertThat(domain.separator()).isEqualTo(Hex.bytes32(c.at("separator")));
    List<String> n = c.at("numbers").items().stream().map(Json::text).toList();
    Agreement agreement =
        new Agreement(
            Hex.address(c.at("buyer")),
            Hex.address(c.at("seller")),
            Hex.address(c.at("voucherKey")),
            amount(n.get(0)),
            amount(n.get(1)),
            Instant.ofEpochSecond(Long.parseLong(n.get(2))),
            Instant.ofEpochSecond(Long.parseLong(n.get(3))),
            Duration.ofSeconds(Long.parseLong(n.get(4))),
            Long.parseLong(n.get(5)),
            Long.parseLong(n.get(6)),
            ((Json.Bool) c.at("fromVault")).value()
                ? Agreement.Funding.VAULT
                : Agreement.Funding.WALLET,
            Hex.bytes32(c.at("termsHash")));
    AgreementId id = agreement.id(domain);
    assertThat(id.digest()).isEqualTo(Hex.bytes32(c.at("id")));

    List<String> v = c.at("voucher").items().stream().map(Json::text).toList();
    Bytes32 anchor = Hex.bytes32(c.at("tickAnchor"));
    Voucher voucher =
        new Voucher(
            id,
            Long.parseLong(v.get(0)),
            amount(v.get(1)),
            anchor,
            amount(v.get(2)),
            Integer.parseInt(v.get(3)),
            Hex.bytes32(c.at("usageHash")));
    Bytes32 digest = voucher.digest(domain);
    assertThat(digest).isEqualTo(Hex.bytes32(c.at("voucherDigest")));
    Signature signature = Signature.of(Hex.bytes(c.at("signature")));
    assertThat(EvmBench.SIGNATURES.recover(digest, signature).map(PublicKey::address))
        .contains(signer);
    int ticks = Integer.parseInt(v.get(4));
    assertThat(TickChain.back(id, Hex.bytes32(c.at("preimage")), ticks)).isEqualTo(anchor);

    Settlement settlement =
        new Settlement(id, amount(c.at("cumulative").text()), Hex.bytes32(c.at("invoiceHash")));
    assertThat(settlement.digest(domain)).isEqualTo(Hex.bytes32(c.at("settlementDigest")));
  }

  private static Amount amount(String units) {
    return new Amount(Asset.EDG, new BigInteger(units));
  }
}
