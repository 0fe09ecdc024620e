package io.rlhf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The walls between the rooms hold. That each can fail is shown with the classes below {@code
 * io.rlhf4j.broken}, each of which breaks one.
 */
class ArchitectureTest {
  private static final Walls WALLS = new Walls("io.rlhf4j");
  private static final Walls BROKEN = new Walls("io.rlhf4j.broken");

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.rlhf4j");

  static Stream<ArchRule> rules() {
    return Stream.concat(
        Walls.ROOMS.keySet().stream().map(WALLS::importsOnlyGoAlongTheArrowsOf),
        Stream.of(
            WALLS.everyClassStandsInARoom(),
            WALLS.roomsWithoutTensorsNeverSeeLibtorch(),
            WALLS.lossNeverSeesAModel(),
            WALLS.onlyTensorAndParallelKnowScopesAndGuards(),
            WALLS.noRoomsInACircle(),
            WALLS.noPackagesOfLabelInACircle(),
            WALLS.namesSayWhatAClassIs(),
            WALLS.everyPackageIsNullMarked(),
            WALLS.trainersAreFinalAndExtendNothing()));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theProductKeepsTheRule(ArchRule rule) {
    rule.check(PRODUCT);
  }

  @Test
  void theProductWasReallyLookedAt() {
    assertThat(PRODUCT.contain("io.rlhf4j.data.Prompt")).isTrue();
    assertThat(PRODUCT.contain("io.rlhf4j.ArchitectureTest")).isFalse();
  }

  @Test
  void theArrowsThemselvesHaveNoCircle() {
    // A room may only import rooms from which it cannot be reached.
    Walls.ROOMS.forEach(
        (room, imports) ->
            imports.forEach(
                other -> assertThat(reaches(other, room)).as(room + " -> " + other).isFalse()));
  }

  private static boolean reaches(String from, String to) {
    return Walls.imports(from).stream().anyMatch(next -> next.equals(to) || reaches(next, to));
  }

  /** Which rule each broken class breaks, with the classes it needs beside it. */
  static Stream<Map.Entry<ArchRule, Class<?>[]>> violations() {
    return Stream.of(
        broken(BROKEN.lossNeverSeesAModel(), "loss.LossWithModel", "model.Model"),
        broken(BROKEN.importsOnlyGoAlongTheArrowsOf("loss"), "loss.LossWithModel", "model.Model"),
        broken(
            BROKEN.importsOnlyGoAlongTheArrowsOf("eval"), "eval.EvalWithBottle", "bottle.Bottle"),
        broken(BROKEN.importsOnlyGoAlongTheArrowsOf("bottle"), "bottle.BottleWithCli", "cli.Cli"),
        broken(BROKEN.roomsWithoutTensorsNeverSeeLibtorch(), "data.DataWithTensor"),
        broken(BROKEN.roomsWithoutTensorsNeverSeeLibtorch(), "stats.StatsWithTensor"),
        broken(BROKEN.roomsWithoutTensorsNeverSeeLibtorch(), "tokenizer.TokenizerWithTensor"),
        broken(BROKEN.roomsWithoutTensorsNeverSeeLibtorch(), "sim.SimWithTensor"),
        broken(BROKEN.roomsWithoutTensorsNeverSeeLibtorch(), "label.LabelWithTensor"),
        broken(BROKEN.roomsWithoutTensorsNeverSeeLibtorch(), "sim.SimWithModel", "model.Model"),
        broken(BROKEN.onlyTensorAndParallelKnowScopesAndGuards(), "train.ScopedTrainer"),
        broken(BROKEN.onlyTensorAndParallelKnowScopesAndGuards(), "model.GuardedModel"),
        broken(BROKEN.noRoomsInACircle(), "tensor.Circle", "parallel.Circle"),
        broken(BROKEN.noPackagesOfLabelInACircle(), "label.drawer.Circle", "label.shelf.Circle"),
        broken(BROKEN.noPackagesOfLabelInACircle(), "label.Desk", "label.drawer.Key"),
        broken(BROKEN.namesSayWhatAClassIs(), "data.Names$TextUtil"),
        broken(BROKEN.namesSayWhatAClassIs(), "data.Names$TextUtils"),
        broken(BROKEN.namesSayWhatAClassIs(), "data.Names$TextHelper"),
        broken(BROKEN.namesSayWhatAClassIs(), "data.Names$TextManager"),
        broken(BROKEN.namesSayWhatAClassIs(), "data.Names$TextImpl"),
        broken(BROKEN.everyPackageIsNullMarked(), "data.DataWithTensor"),
        broken(BROKEN.trainersAreFinalAndExtendNothing(), "train.OpenTrainer"),
        broken(
            BROKEN.trainersAreFinalAndExtendNothing(), "train.ChildTrainer", "train.OpenTrainer"),
        broken(BROKEN.everyClassStandsInARoom(), "attic.Thing"));
  }

  @ParameterizedTest
  @MethodSource("violations")
  void theRuleReallyFails(Map.Entry<ArchRule, Class<?>[]> violation) {
    JavaClasses classes = new ClassFileImporter().importClasses(violation.getValue());
    String culprit = violation.getValue()[0].getSimpleName();
    assertThatThrownBy(() -> violation.getKey().check(classes))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("was violated")
        .hasMessageContaining(culprit);
  }

  private static Map.Entry<ArchRule, Class<?>[]> broken(ArchRule rule, String... names) {
    Class<?>[] classes =
        Stream.of(names).map(ArchitectureTest::load).<Class<?>>toArray(Class<?>[]::new);
    return Map.entry(rule, classes);
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName("io.rlhf4j.broken." + name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
