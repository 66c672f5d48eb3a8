import Foundation

/// Names that people are given in Europe, the Americas, Turkey, the Arab world and India, without those
/// that are as often something else (Mark, Rose, Paris).
enum GivenNames {
  /// Whether a text is the name of a person: of two to five words, one of which is a given name, or that alone.
  static func isName(_ text: String) -> Bool {
    PersonalLook.isName(text) && words(of: text).contains(where: all.contains)
  }

  /// Without accents, in small letters.
  private static func words(of text: String) -> [String] {
    text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
      .split { !$0.isLetter }.map(String.init)
  }

  private static let all = Set(
    MadeUpWords.words(
      """
      ada aiden alma aoife bart bea ben bjarne bob bryn ciara daan dan dave duarte edda ethan femke fiona \
      freya gareth gustavo gwen hanne harry hiroshi hugh iain ian ingvar isla jaap jack jane jasmine jill jim joe \
      joost kate kees kenji knud leif liz luiz maarten matheus matt meg mette minh moira naoki niall ole owen piet \
      rhys rui sam sanne satoshi sem sigurd siobhan soren sue takashi ted theo thiago tiago vitor willem yuki \
      aaron abdul abigail adam adele adrian adriana agata agnes agnieszka ahmad ahmed aisha alan albert alberto \
      alejandra alejandro aleksandra alessandra alessandro alessia alex alexander alexandra alexandre alexis \
      alfonso alfred ali alice alicia alina aline alison allison amanda amber amelia amelie amina amir amit amy \
      ana anastasia anders andre andrea andreas andrei andres andrew andrzej angela angelica angelika angelo anika anil \
      anita anja anjali ann anna anne anneliese annette annika anthony antje antoine anton antonia antonio \
      anya arjun armin arne arthur arturo asha ashley astrid audrey aurelie axel ayse barbara bartosz beata beatrice \
      beatriz benedikt benjamin benoit bernard bernd bernhard bettina birgit bjorn bogdan boris brandon brenda \
      brian brigitte bruce bryan burak camila camille carlos carmen carol carolin carolina caroline catalina catherine \
      cecilia cecile celine cem chantal charles charlotte chiara chloe christa christian christiane christina christine \
      christoph christophe christopher clara claude claudia claus clemens clement cornelia craig cristina \
      cynthia dagmar damian daniel daniela daniele danielle dariusz david deborah deepak denise dennis \
      derya diana diego dieter dietmar dimitri dirk dmitri dominik dominique donald donna dorothea douglas \
      eberhard edith eduardo edward ekaterina elena eleonora elias elif elisa elisabeth elise elizabeth elke ella \
      ellen elsa emanuel emil emilia emilie emily emma emmanuel emre enrico enrique eric erich erik erika erwin \
      esra esther eugene eva evelyn ewa fabian fabienne fabio fatih fatima fatma felipe felix ferdinand \
      fernanda fernando filip filippo finn florian francesca francesco francisco franck francois francoise frank \
      franz franziska frederic frederik frida friedrich fritz gabriel gabriela gabriele gary gavin georg george \
      georges gerald gerard gerd gerda gerhard gertrud gianluca giorgio giovanna giovanni giulia giuseppe gisela gordon gregor \
      gregory grzegorz guillaume guillermo gunnar gunter gunther gustav guy hakan hamza hanna hannah hannes hans \
      harald harold hassan hatice heather heidi heike heiko heinrich heinz helen helena helene helga helmut hendrik \
      henri henrik henry herbert hermann hilde holger horst hubert hugo hussein ibrahim ignacio igor ilse \
      imran ines inga inge ingeborg ingo ingrid irena irene irina iris irma isabel isabella isabelle ivan \
      jacek jacob jacqueline jacques jakob jakub james jan jana janet janina jason javier jean jeanne jeffrey \
      jennifer jens jeremy jerome jessica jesus joachim joan joana joanna joao jochen joel johan johann johanna johannes john \
      jonas jonathan jorg jorge jose josef joseph josephine joshua juan juana judith julia julian juliane julie \
      julien juliette jurgen justin justyna kai kamil karen karin karina karl karla karolina katarina katarzyna katharina \
      katherine kathleen kathrin katja katrin kavita keith kelly kenneth kerstin kevin khalid kimberly \
      kirsten klaus knut konrad konstantin kristian kristin kristina kristof krystyna krzysztof kurt kyle \
      larissa larry lars laszlo laura laurence laurent lea leah leila lena leni leon leonard leonardo leonie \
      leonora leopold leticia liam lidia lilian lily linda lisa lorena lorenzo lothar louis louise luca lucas \
      lucia luciano lucie lucy ludwig luigi luis luisa lukas lukasz luke lydia maciej madeleine magda magdalena \
      mahmoud maja malgorzata manfred manon manuel manuela marc marcel marcin marco marcos marcus marek \
      margaret margarete margarita margit maria mariam mariana marianne marie marina mario marion marius mariusz \
      markus marlene marta martha martin martina martine mary maryam mateo mateusz mathias mathieu mathilde matteo \
      matthew matthias matthieu maurice mauricio maximilian maya megan mehmet melanie melissa mercedes merve \
      meryem michael michal michel michele michelle miguel mikael mike milan milena miriam mohamed mohammad mohammed \
      monica monika monique moritz muhammad murat mustafa nadia nadine nancy natalia natalie natascha nathalie \
      nathan neha nicholas nick nicola nicolas nicole niels nikita niklas nikola nikolai nikolaus nils nina noah noel nora norbert \
      olaf oleg olga oliver olivia olivier omar oscar oskar osman otto pablo paolo pascal patricia patrick patrik paul \
      paula paulina pauline pavel pawel pedro peter petra petr philip philipp philippe pierre pietro piotr \
      pooja priya rachel rafael rahul rainer raj rajesh ralf ralph ramon raphael rashid raul raymond rebecca regina reinhard \
      renate rene ricardo riccardo richard rita robert roberta roberto rodrigo roger roland rolf roman \
      ronald rosa rosemarie roxana rudolf rupert ruth ryan sabine sabrina salvatore samantha sami samira samuel \
      sandra sandro sanjay sara sarah sascha scott sean sebastian selina selma serge sergei sergio serkan sharon \
      shreya siegfried sigrid silke silvia simon simone sofia solveig sonia sonja sophia sophie stanislaw \
      stefan stefania stefanie steffen stephan stephane stephanie stephen steven stuart sunil \
      susan susana susanne suzanne sven svenja svetlana sybille sylvia sylvie tamara tanja tatiana terry teresa \
      theodor theresa theresia thierry thilo thomas thorsten tim timo timothy tobias todd tom tomas tomasz \
      tony torsten tracy tristan udo ulf ulrich ulrike ursula ute uwe valentin valentina valeria valerie vanessa vera \
      veronica veronika veronique vicente vijay vincent viktor vivian vladimir volker walter waltraud wendy werner \
      wiebke wilfried wilhelm william wojciech wolfgang xavier yannick yasmin yasmine youssef yusuf yves yvonne \
      zainab zbigniew zeynep zoe zofia
      """))
}
