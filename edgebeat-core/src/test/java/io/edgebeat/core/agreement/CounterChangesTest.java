package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.HostProfile;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** Whatever a counter-offer changes besides what it may, it is told by its name. */
class CounterChangesTest {
  @Test
  void everyMemberOfAnAgreementIsNamedWhenItChanges() throws ReflectiveOperationException {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      // The hash of the terms follows from the terms, which are compared themselves.
      named(world.buys().agreement(), CounterChanges::between, List.of("termsHash"));
    }
  }

  @Test
  void everyMemberOfTheTermsIsNamedWhenItChanges() throws ReflectiveOperationException {
    try (TwoSides world = new TwoSides(new TwoSides.Setup()).begin()) {
      named(world.buys().terms(), CounterChanges::between, List.of());
    }
  }

  private static <T extends Record> void named(
      T mine, BiFunction<T, T, Optional<String>> between, List<String> not)
      throws ReflectiveOperationException {
    assertThat(between.apply(mine, mine)).isEmpty();
    RecordComponent[] members = mine.getClass().getRecordComponents();
    for (int i = 0; i < members.length; i++) {
      if (!not.contains(members[i].getName())) {
        T theirs = changed(mine, i);
        assertThat(between.apply(mine, theirs))
            .contains(
                members[i].getName()
                    + " from "
                    + members[i].getAccessor().invoke(mine)
                    + " to "
                    + members[i].getAccessor().invoke(theirs));
      }
    }
  }

  /** The same with one member that has another value. */
  private static <T extends Record> T changed(T record, int member)
      throws ReflectiveOperationException {
    RecordComponent[] members = record.getClass().getRecordComponents();
    Object[] values = new Object[members.length];
    for (int i = 0; i < members.length; i++) {
      Object value = members[i].getAccessor().invoke(record);
      values[i] = i == member ? other(value) : value;
    }
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) record.getClass();
    return type.getDeclaredConstructor(
            Arrays.stream(members).map(RecordComponent::getType).toArray(Class<?>[]::new))
        .newInstance(values);
  }

  private static Object other(Object value) throws ReflectiveOperationException {
    return switch (value) {
      case Address a -> TwoSides.address(TwoSides.key("somebody else than " + a));
      case Bytes32 b -> ContentId.sha256(b.toString().getBytes(StandardCharsets.UTF_8));
      case Amount a -> a.plus(Edg.units(1));
      case Instant i -> i.plusSeconds(1);
      case Duration d -> d.plusSeconds(1);
      case Integer n -> n + 1;
      case Long n -> n + 1;
      case String s -> s + "x";
      case Optional<?> o -> Optional.empty();
      case Map<?, ?> m -> Map.of("something", 1L);
      case Enum<?> e ->
          Arrays.stream(e.getDeclaringClass().getEnumConstants())
              .filter(c -> c != e)
              .findFirst()
              .orElseThrow();
      case HostProfile p -> new HostProfile(p.clock(), p.randomSeed(), Map.of("NAME", "value"));
      case Record r -> changed(r, 0);
      default -> throw new AssertionError("no other value for " + value.getClass());
    };
  }
}
