package io.edgebeat.testkit.fault;

import io.edgebeat.api.capability.Capability;
import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.exec.Execution;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.market.Marketplace;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.state.StateIndex;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Named points before and after every call that a node makes of a backend, and that its transport
 * makes of it: {@code send.VoucherSent.before}, {@code ledger.broadcast.Open.after}. Whoever is
 * told of a point may end the process there, for good ({@code Runtime.halt}) or by an error that it
 * throws.
 *
 * <p>The points are made from the methods of the interfaces, so that no call is without one on
 * either side, and no pair of points is without a call in between. A method that only says what is
 * known already has none. What a backend hands out - a session, an execution, a reader - is
 * surrounded, too.
 *
 * <p>Hand {@code points::around} to the builder of a node. Threads: calls may overlap; the points
 * of one process, which know its transactions by their command.
 */
public final class Failpoints {
  /** For a transaction that an earlier process has prepared. */
  private static final String EARLIER = "earlier";

  private static final String BEFORE = ".before";
  private static final String AFTER = ".after";

  /**
   * An interface whose calls have points.
   *
   * @param kind the interface
   * @param name how the names of its points begin
   * @param known its methods that only say what is known already, and so have no points
   */
  public record Room(Class<?> kind, String name, Set<String> known) {
    /**
     * An interface whose calls have points.
     *
     * @param kind the interface
     * @param name how the names of its points begin
     * @param known its methods that have none
     */
    public Room(Class<?> kind, String name, String... known) {
      this(kind, name, Set.of(known));
    }
  }

  /** Every interface of the API behind which something may be that outlives a process. */
  public static final List<Room> BACKENDS =
      List.of(
          new Room(Ledger.class, "ledger", "info", "account"),
          new Room(PeerTransport.class, "transport"),
          new Room(PeerServer.class, "door", "endpoint"),
          new Room(PeerSession.class, "", "remote"),
          new Room(PeerAcceptor.class, ""),
          new Room(Executor.class, "executor", "info"),
          new Room(Execution.class, "execution", "id"),
          new Room(WorkloadChannel.class, "channel"),
          new Room(ContentStore.class, "content"),
          new Room(ContentReader.class, "reader", "sizeBytes", "stream"),
          new Room(Marketplace.class, "market"),
          new Room(StateIndex.class, "state"),
          new Room(StateIndex.Rebuild.class, "rebuild"),
          new Room(Capability.class, "capability", "info"),
          new Room(CapabilitySession.class, "capabilitySession"),
          new Room(Signer.class, "signer", "address"));

  /** Their points have the command's name, or the message's, as well. */
  private static final Set<String> BY_COMMAND = Set.of("prepare", "broadcast", "status");

  private final Map<Class<?>, Room> rooms;
  private final Consumer<String> reached;
  private final Map<TransactionId, String> commands = new ConcurrentHashMap<>();

  /**
   * The points of one process.
   *
   * @param reached is told the name of every point that is reached, on the thread that reaches it
   * @param further what has points beside {@link #BACKENDS}
   */
  public Failpoints(Consumer<String> reached, Room... further) {
    this.reached = Objects.requireNonNull(reached, "reached");
    this.rooms = rooms(List.of(further));
  }

  private static Map<Class<?>, Room> rooms(List<Room> further) {
    Map<Class<?>, Room> rooms = new LinkedHashMap<>();
    BACKENDS.forEach(room -> rooms.put(room.kind(), room));
    further.forEach(room -> rooms.put(room.kind(), room));
    return rooms;
  }

  // ---------------------------------------------------------------- names

  /**
   * The names of all points there are.
   *
   * @param further what has points beside {@link #BACKENDS}
   * @return two for every call
   */
  public static SortedSet<String> names(Room... further) {
    SortedSet<String> names = new TreeSet<>();
    for (Room room : rooms(List.of(further)).values()) {
      for (Method method : room.kind().getMethods()) {
        if (hasPoints(room, method)) {
          for (String call : calls(room, method)) {
            names.add(call + BEFORE);
            names.add(call + AFTER);
          }
        }
      }
      if (room.kind() == ContentReader.class) {
        names.add("reader.read" + BEFORE);
        names.add("reader.read" + AFTER);
      }
    }
    return names;
  }

  private static boolean hasPoints(Room room, Method method) {
    return !Modifier.isStatic(method.getModifiers())
        && method.getDeclaringClass() != Object.class
        && !room.known().contains(method.getName());
  }

  private static List<String> calls(Room room, Method method) {
    List<String> calls = new ArrayList<>();
    if (byMessage(method)) {
      members(PeerMessage.class).forEach(kind -> calls.add(name(room, method, kind)));
    } else if (byCommand(room, method)) {
      members(LedgerCommand.class).forEach(kind -> calls.add(name(room, method, kind)));
      if (!method.getName().equals("prepare")) {
        calls.add(name(room, method, EARLIER));
      }
    } else {
      calls.add(name(room, method, ""));
    }
    return calls;
  }

  private static List<String> members(Class<?> family) {
    List<String> names = new ArrayList<>();
    for (Class<?> member : family.getPermittedSubclasses()) {
      names.add(member.getSimpleName());
    }
    return names;
  }

  private static boolean byMessage(Method method) {
    return List.of(method.getParameterTypes()).contains(PeerEnvelope.class);
  }

  private static boolean byCommand(Room room, Method method) {
    return room.kind() == Ledger.class && BY_COMMAND.contains(method.getName());
  }

  private static String name(Room room, Method method, String kind) {
    String call =
        room.kind() == PeerAcceptor.class
            ? "receive"
            : room.kind() == PeerSession.class && !byMessage(method)
                ? "session." + method.getName()
                : room.name().isEmpty() ? method.getName() : room.name() + "." + method.getName();
    return kind.isEmpty() ? call : call + "." + kind;
  }

  // ---------------------------------------------------------------- calls

  /**
   * Puts the points around the calls of a part of a node.
   *
   * @param kind its interface
   * @param part the part
   * @param <T> its type
   * @return the same with points; the part itself when its kind has none
   */
  public <T> T around(Class<T> kind, T part) {
    Room room = rooms.get(kind);
    if (room == null || isAround(part)) {
      return part;
    }
    return kind.cast(
        Proxy.newProxyInstance(
            kind.getClassLoader(), new Class<?>[] {kind}, new Surrounded(room, part)));
  }

  private static boolean isAround(Object part) {
    return Proxy.isProxyClass(part.getClass())
        && Proxy.getInvocationHandler(part) instanceof Surrounded;
  }

  private void reach(String point) {
    reached.accept(point);
  }

  /** Handed in or out by a call: with points, too, where its kind has them. */
  private @Nullable Object inside(Class<?> declared, @Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(one -> one instanceof Execution e ? around(Execution.class, e) : one);
    }
    return value == null || !rooms.containsKey(declared) ? value : aroundAny(declared, value);
  }

  private <T> T aroundAny(Class<T> kind, Object value) {
    return around(kind, kind.cast(value));
  }

  private String kindOf(Room room, Method method, @Nullable Object[] arguments) {
    if (byMessage(method)) {
      for (Object argument : arguments) {
        if (argument instanceof PeerEnvelope envelope) {
          return envelope.message().getClass().getSimpleName();
        }
      }
    }
    if (byCommand(room, method)) {
      return switch (arguments[0]) {
        case LedgerCommand command -> command.name();
        case SignedTransaction sent -> commands.getOrDefault(sent.id(), EARLIER);
        case null, default -> commands.getOrDefault((TransactionId) arguments[0], EARLIER);
      };
    }
    return "";
  }

  private final class Surrounded implements InvocationHandler {
    private final Room room;
    private final Object part;

    Surrounded(Room room, Object part) {
      this.room = room;
      this.part = part;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] given)
        throws Throwable {
      @Nullable Object[] arguments = given == null ? new Object[0] : given;
      if (method.getDeclaringClass() == Object.class) {
        return ofObject(method, arguments);
      }
      if (!hasPoints(room, method)) {
        Object result = call(method, arguments);
        return result instanceof InputStream stream ? new Stream(stream) : result;
      }
      String kind = kindOf(room, method, arguments);
      String name = name(room, method, kind);
      reach(name + BEFORE);
      Object result = call(method, arguments);
      if (result instanceof SignedTransaction prepared && !kind.isEmpty()) {
        commands.put(prepared.id(), kind);
      }
      reach(name + AFTER);
      return inside(method.getReturnType(), result);
    }

    private @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable {
      @Nullable Object[] passed = arguments.clone();
      for (int i = 0; i < passed.length; i++) {
        passed[i] = inside(method.getParameterTypes()[i], passed[i]);
      }
      try {
        return method.invoke(part, passed);
      } catch (InvocationTargetException e) {
        throw Objects.requireNonNullElse(e.getCause(), e);
      }
    }

    /** The same as what it is around, for whoever keeps it in a map. */
    private @Nullable Object ofObject(Method method, @Nullable Object[] arguments) {
      return switch (method.getName()) {
        case "equals" ->
            arguments[0] != null
                && isAround(arguments[0])
                && part.equals(((Surrounded) Proxy.getInvocationHandler(arguments[0])).part);
        case "hashCode" -> part.hashCode();
        default -> part.toString();
      };
    }
  }

  /** What is read from a content store. */
  private final class Stream extends FilterInputStream {
    Stream(InputStream stream) {
      super(stream);
    }

    @Override
    public int read() throws IOException {
      reach("reader.read" + BEFORE);
      int read = super.read();
      reach("reader.read" + AFTER);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      reach("reader.read" + BEFORE);
      int read = super.read(bytes, offset, length);
      reach("reader.read" + AFTER);
      return read;
    }
  }
}
