package io.edgebeat.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/** Every call of a backend lies between two points. */
final class FailpointsTest {
  private final List<String> reached = new ArrayList<>();
  private final Failpoints points = new Failpoints(reached::add);

  @Test
  void everyMethodOfEveryBackendHasAPointOnEitherSideUnlessItSaysWhatIsKnown() {
    for (Failpoints.Room room : Failpoints.BACKENDS) {
      for (Method method : room.kind().getMethods()) {
        if (Modifier.isStatic(method.getModifiers()) || room.known().contains(method.getName())) {
          continue;
        }
        reached.clear();
        call(room, method);
        assertThat(reached).as("%s.%s", room.kind().getSimpleName(), method.getName()).hasSize(2);
        assertThat(reached.get(0)).endsWith(".before");
        assertThat(reached.get(1)).isEqualTo(reached.get(0).replaceFirst("\\.before$", ".after"));
        assertThat(Failpoints.names()).containsAll(reached);
      }
    }
  }

  /** With arguments that are as good as none: only the names of the points matter here. */
  private void call(Failpoints.Room room, Method method) {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(FailpointsTest::any).toArray();
    try {
      method.invoke(surrounded(room.kind()), arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(method.toString(), e);
    }
  }

  private <T> T surrounded(Class<T> kind) {
    return points.around(kind, kind.cast(nothing(kind)));
  }

  private static Object any(Class<?> type) {
    if (type == PeerEnvelope.class) {
      return new PeerEnvelope(NegotiationId.of(new byte[16]), 1, 0, new PeerMessage.StateQuery());
    }
    if (type == LedgerCommand.class) {
      return new LedgerCommand.VaultDeposit(Edg.of("1"));
    }
    if (type == TransactionId.class) {
      return new TransactionId(Bytes32.ZERO);
    }
    if (type == SignedTransaction.class) {
      return new SignedTransaction(
          new TransactionId(Bytes32.ZERO), Address.of(new byte[20]), 0, Blob.of(new byte[1]));
    }
    return type == int.class ? (Object) 0 : type == long.class ? (Object) 0L : null;
  }

  private static Object nothing(Class<?> kind) {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            method.getReturnType() == boolean.class
                ? (Object) false
                : method.getReturnType() == int.class
                    ? (Object) 0
                    : method.getReturnType() == long.class
                        ? (Object) 0L
                        : method.getReturnType() == Optional.class ? Optional.empty() : null;
    return Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, answers);
  }

  @Test
  void whatSaysOnlyWhatIsKnownIsAMethodThatThereIs() {
    for (Failpoints.Room room : Failpoints.BACKENDS) {
      List<String> methods = Arrays.stream(room.kind().getMethods()).map(Method::getName).toList();
      assertThat(methods).as(room.kind().getSimpleName()).containsAll(room.known());
    }
  }

  @Test
  void thereAreMoreThan120PointsAndEachHasItsOtherSide() {
    SortedSet<String> names = Failpoints.names();

    assertThat(names).hasSizeGreaterThanOrEqualTo(120);
    assertThat(names)
        .contains(
            "send.VoucherSent.before",
            "receive.Ticks.after",
            "ledger.broadcast.Open.after",
            "ledger.prepare.Settle.before",
            "ledger.status.earlier.after",
            "execution.leaseUntil.before",
            "executor.start.after",
            "content.put.before",
            "reader.read.after",
            "state.apply.before");
    for (String name : names) {
      String other =
          name.endsWith(".before")
              ? name.replaceFirst("\\.before$", ".after")
              : name.replaceFirst("\\.after$", ".before");
      assertThat(names).contains(other);
    }
  }

  @Test
  void whatIsHandedOutAndInHasPointsToo() {
    Talking net = new Talking();
    PeerTransport transport = points.around(PeerTransport.class, net);

    PeerSession session =
        transport.connect(
            new PeerEndpoint("there"),
            Address.of(new byte[20]),
            (from, envelope) -> from.send(envelope));
    session.send(said(new PeerMessage.OpenNotice(new AgreementId(Bytes32.ZERO))));
    net.answer.received(session, said(new PeerMessage.PauseNotice(1)));

    assertThat(reached)
        .containsExactly(
            "transport.connect.before",
            "transport.connect.after",
            "send.OpenNotice.before",
            "send.OpenNotice.after",
            "receive.PauseNotice.before",
            "send.PauseNotice.before",
            "send.PauseNotice.after",
            "receive.PauseNotice.after");
    assertThat(points.around(PeerSession.class, session)).isSameAs(session);
  }

  private static PeerEnvelope said(PeerMessage message) {
    return new PeerEnvelope(NegotiationId.of(new byte[16]), 1, 0, message);
  }

  @Test
  void everyReadOfContentHasPoints() throws IOException {
    ContentStore store = points.around(ContentStore.class, surroundedStore());
    try (ContentReader reader = store.open(ContentId.ofRaw(new byte[0]))) {
      assertThat(reader.stream().read(new byte[3])).isEqualTo(3);
    }
    assertThat(reached)
        .containsExactly(
            "content.open.before",
            "content.open.after",
            "reader.read.before",
            "reader.read.after",
            "reader.close.before",
            "reader.close.after");
  }

  private static ContentStore surroundedStore() {
    ContentReader reader =
        (ContentReader)
            Proxy.newProxyInstance(
                ContentReader.class.getClassLoader(),
                new Class<?>[] {ContentReader.class},
                (proxy, method, arguments) ->
                    method.getReturnType() == InputStream.class
                        ? new ByteArrayInputStream(new byte[3])
                        : null);
    return (ContentStore)
        Proxy.newProxyInstance(
            ContentStore.class.getClassLoader(),
            new Class<?>[] {ContentStore.class},
            (proxy, method, arguments) -> reader);
  }

  @Test
  void aCallThatFailsSaysWhyAndHasNoPointBehindIt() {
    PeerTransport transport =
        points.around(
            PeerTransport.class,
            new Talking() {
              @Override
              public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor acceptor) {
                throw new IllegalStateException("nobody there");
              }
            });

    assertThatThrownBy(
            () ->
                transport.connect(
                    new PeerEndpoint("there"), Address.of(new byte[20]), (from, envelope) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("nobody there");
    assertThat(reached).containsExactly("transport.connect.before");
  }

  /** Keeps whom it would tell, and hears what is sent. */
  private static class Talking implements PeerTransport {
    PeerAcceptor answer = (from, envelope) -> {};

    @Override
    public PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor) {
      throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor acceptor) {
      answer = acceptor;
      return (PeerSession) nothing(PeerSession.class);
    }

    @Override
    public void close() {}
  }
}
