package io.rlhf4j.sim;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The words of the world: names of things and the values that relations take. */
final class Lexicon {
  private Lexicon() {}

  static final Set<String> WATER_ANIMALS =
      Set.of("whale", "shark", "crab", "seal", "frog", "turtle", "duck", "swan");

  static final Map<Kind, List<String>> NAMES =
      Map.of(
          Kind.ANIMAL,
          words(
              "fox wolf bear hare mouse cat dog horse cow goat sheep deer frog snake turtle duck"
                  + " owl crow hen swan eagle whale shark crab seal bee ant spider"),
          Kind.FOOD,
          words(
              "apple pear plum lemon melon carrot onion potato bread cheese cake soup rice bean"
                  + " tomato pepper pie butter"),
          Kind.TOOL,
          words(
              "hammer knife spoon cup rope lamp broom basket bell drum key ladder net pot saw"
                  + " shovel needle cart"),
          Kind.PLANT,
          words("rose tulip lily oak pine willow fern daisy"),
          Kind.PERSON,
          words(
              "Anna Ben Clara David Emma Felix Grace Henry Iris Jack Kate Leo Maria Noah Olga Paul"
                  + " Rosa Sam Tina Uma Victor Wendy Yara Zack"),
          Kind.TOWN,
          words(
              "Milton Oakby Redford Norwick Eastham Southby Halden Brookton Ashby Fenwick Larkton"
                  + " Wexley Dunmore Kelso Portley"));

  static final Map<Kind, List<Relation>> RELATIONS =
      Map.of(
          Kind.ANIMAL,
          List.of(Relation.COLOUR, Relation.HOME, Relation.EATS, Relation.SKILL),
          Kind.FOOD,
          List.of(Relation.COLOUR, Relation.TASTE, Relation.ORIGIN, Relation.SERVED),
          Kind.TOOL,
          List.of(Relation.COLOUR, Relation.MATERIAL, Relation.USE, Relation.KEPT),
          Kind.PLANT,
          List.of(Relation.COLOUR, Relation.GROWS, Relation.SEASON, Relation.YIELDS),
          Kind.PERSON,
          List.of(Relation.JOB, Relation.TOWN, Relation.LIKES),
          Kind.TOWN,
          List.of(Relation.NEAR, Relation.KNOWN));

  private static final List<String> LAND =
      words("forest desert field valley cave meadow jungle hills garden");
  private static final List<String> WATER = words("river lake sea swamp harbour");

  /** Every value the relation can take. */
  static List<String> values(Relation relation) {
    return Objects.requireNonNull(VALUES.get(relation));
  }

  private static final Map<Relation, List<String>> VALUES = new EnumMap<>(Relation.class);

  static {
    for (Relation relation : Relation.values()) {
      VALUES.put(relation, listed(relation));
    }
  }

  private static List<String> listed(Relation relation) {
    return switch (relation) {
      case COLOUR -> words("red blue green yellow black white brown grey pink purple");
      case HOME -> concat(LAND, WATER);
      case EATS -> words("grass fish nuts honey leaves berries seeds worms insects roots");
      case SKILL ->
          words("running swimming jumping climbing hiding singing digging hunting dancing");
      case TASTE -> words("sweet sour salty bitter mild hot");
      case ORIGIN, GROWS -> LAND;
      case SERVED -> words("cold warm raw fried baked dried");
      case MATERIAL -> words("wood iron glass clay stone leather paper copper wool straw");
      case USE ->
          words("cutting digging cooking cleaning fishing sewing painting carrying hunting");
      case KEPT -> words("kitchen barn cellar attic workshop stable tower hall");
      case SEASON -> words("spring summer autumn winter");
      case YIELDS -> words("tea soap oil paint ink medicine paper");
      case JOB ->
          words("baker farmer teacher doctor sailor singer painter miller hunter tailor smith");
      case TOWN -> NAMES.getOrDefault(Kind.TOWN, List.of());
      case LIKES -> words("singing dancing reading cooking fishing walking painting riding sewing");
      case NEAR -> words("river lake sea swamp forest desert hills valley jungle");
      case KNOWN -> words("markets bridges gardens towers songs horses ships clocks bells feasts");
    };
  }

  /** The values that are plausible for this thing (a whale does not live in the desert). */
  static List<String> values(Relation relation, Thing thing) {
    if (relation == Relation.HOME) {
      return WATER_ANIMALS.contains(thing.name()) ? WATER : LAND;
    }
    return values(relation);
  }

  /** Rude words and phrases: a closed list, so that rudeness can be seen. */
  static final List<String> INSULTS =
      List.of("stupid", "fool", "shut up", "idiot", "dumb", "nobody likes", "go away");

  static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return words(String.join(" ", first) + " " + String.join(" ", second));
  }
}
