/// What stands in the place of words that tell who somebody is.
enum MadeUpWords {
  static let given = words(
    """
    Ada Alma Amir Anouk Arlo Ayla Basil Bea Bruno Carla Cleo Cora Dario Dina Edda Elif Elio Emre Enzo Esme \
    Fadi Fern Fiona Gaia Goran Greta Hana Hugo Ida Ilka Imre Ines Iris Ivo Jale Jana Joris Juno Kaan Kiran \
    Lale Lars Leda Levin Lina Lior Luca Maeve Malik Mara Milo Mina Nadja Nico Noor Olga Oona Orla Otto Paola \
    Pia Quinn Rafi Remy Rhea Rosa Ruben Saad Samir Selin Silas Sonja Stella Sven Tamar Tao Tessa Theo Tilda \
    Uma Vera Viggo Vita Wanda Wim Xenia Yara Yusuf Zita Zoran
    """)
  static let family = words(
    """
    Abel Acker Adler Albers Amsel Arndt Aster Bader Balint Barlow Basler Bauer Becker Benning Birk Bloom \
    Bogner Brandt Brook Calder Carver Castell Cooper Corden Dahl Damer Decker Delmar Dorn Draper Eckert Egan \
    Eichel Elster Ember Esser Falk Farrow Fenner Fink Fischer Forster Frost Gabler Garner Gerber Glaser Grove \
    Haller Harper Hartley Heller Holm Hooper Hurst Imhof Ivers Jansen Jarvis Joost Kaiser Keller Kersten \
    Kessler Kirsch Klee Kramer Kuhn Lambert Landau Lehner Linden Lorimer Luther Marlow Marten Mercer Merz \
    Miller Mohr Moser Nagel Nash Nolte North Oakley Olsen Orton Palmer Parker Pfeil Piper Porter Quast Ramsey \
    Rasmus Reed Reuter Ritter Rowan Sailer Sander Sawyer Schuster Seiler Sommer Stark Stone Tanner Taylor \
    Thiel Turner Ulmer Vogel Wagner Walder Weber Weller Winter Wolf Yates Zander Ziegler
    """)
  static let places = words(
    """
    Alder Anchor Apple Ash Barley Beacon Birch Bramble Bridge Brook Canal Castle Cedar Chapel Cherry Clover \
    Copper Coral Elm Falcon Fern Field Forest Fountain Garden Glen Granite Harbor Hazel Heron High Hill Holly \
    Iris Ivy Juniper Lake Lark Laurel Lime Linden Maple Market Meadow Mill Orchard Park Pine Quarry Ridge River \
    Rose Silver Spring Station Stone Summit Tower Valley Vine Walnut Willow Wood
    """)

  /// Whether a word of a name or an address says nothing about whose it is: a title, a kind of street.
  static func stays(_ word: String, in kind: PersonalKind) -> Bool {
    switch kind {
    // A particle is written small; Le and Van are families too.
    case .name: titles.contains(word.lowercased()) || particles.contains(word)
    case .address: word.count < 3 || streets.contains(word.lowercased())
    default: false
    }
  }

  private static let titles = Set(
    words("dr prof med phd dipl ing mr mrs ms miss sir dame herr frau mme mlle sr sra jr"))
  private static let particles = Set(words("van von zu der den de del della di da dos du"))
  private static let streets = Set(
    words(
      """
      street road avenue ave blvd lane drive court place square way close the str strasse straße weg platz allee gasse \
      rue chemin calle via piazza apt box north south east west von der des
      """))

  static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
