package io.edgebeat.core.node;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.schedule.Scheduler;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.core.agreement.BuyerPolicy;
import io.edgebeat.core.agreement.OfferDrafts;
import io.edgebeat.core.agreement.SellerPolicy;
import io.edgebeat.core.engine.Event;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalReplay;
import io.edgebeat.core.market.MarketFeed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Everything a node is made of.
 *
 * @param signer signs for the account
 * @param signatures checks signatures
 * @param clock the only clock
 * @param random gives fresh random bytes, so many as asked
 * @param runner where work runs
 * @param ledger the truth about money
 * @param marketplace the listings
 * @param marketFeed is told of every ledger entry
 * @param content the content store
 * @param transport carries messages
 * @param endpoint where to listen
 * @param executors run workloads
 * @param capabilities what is sold beside
 * @param capacity what the node has
 * @param scheduler chooses sellers
 * @param directory where the node keeps its files, empty when it keeps all in memory
 * @param journal opens the journal, given who replays it
 * @param snapshotBytes how much is journaled before a snapshot is made
 * @param raiseAfter after how long on its way a transaction is offered a higher fee
 * @param index the picture to keep, if any
 * @param buyerPolicy limits as a buyer
 * @param sellerPolicy limits as a seller
 * @param mode how agreements are funded, opened and ended
 * @param closing closes what was made for this node, in the order it was made; run in reverse
 */
public record NodeParts(
    Signer signer,
    SignatureBackend signatures,
    InstantSource clock,
    Function<Integer, byte[]> random,
    TaskRunner runner,
    Ledger ledger,
    Marketplace marketplace,
    MarketFeed marketFeed,
    ContentStore content,
    PeerTransport transport,
    PeerEndpoint endpoint,
    List<Executor> executors,
    Map<String, Capability> capabilities,
    ResourceSpec capacity,
    Scheduler scheduler,
    Optional<Path> directory,
    Function<JournalReplay, Journal> journal,
    long snapshotBytes,
    Duration raiseAfter,
    Optional<StateIndex> index,
    BuyerPolicy buyerPolicy,
    SellerPolicy sellerPolicy,
    OfferDrafts.Mode mode,
    List<Runnable> closing) {

  /** Compact and from the wallet. */
  public static final OfferDrafts.Mode COMPACT =
      new OfferDrafts.Mode(Event.Way.COMPACT, Agreement.Funding.WALLET);

  /** Random bytes as a supplier of a fixed length. */
  Supplier<byte[]> bytes(int length) {
    return () -> random.apply(length);
  }
}
