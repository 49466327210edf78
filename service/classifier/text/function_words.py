"""The commonest small words of languages that use Latin letters, without marks, as folded text has them."""

from __future__ import annotations

from service.classifier.text.wordlist import words

ENGLISH = words(
    "the of and to in is are was were be been being for with that this these those it its you your "
    "yours we our us he she his her him they their them i my me on at by from as or if but not can "
    "could will would may might should shall have has had having do does did done which who whom "
    "what when where why how than then there here into over under about after before between during "
    "through without within also more most many much some any all no each every both other another "
    "such only own same so too very just because while until against up down out off again further "
    "once an a get got make made take use used using help helps see call contact us read learn new "
    "best free now today please click book home per via"
)

_LISTED = {
    "spanish": words(
        "el la los las de del que y en un una unos unas por para con no se su sus es son al lo como mas "
        "pero le ya o este esta estos estas ser fue ha han muy sin sobre entre cuando tambien hay nos "
        "nuestro nuestra puede pueden desde hasta todo todos donde porque cada tratamiento celulas"
    ),
    "french": words(
        "le la les de des du et en un une est sont pour que qui dans par sur avec ne pas plus au aux ce "
        "cette ces se sa son ses il elle ils nous vous notre votre leur mais ou ont ete etre avoir fait "
        "comme tout tous sans peut aussi entre chez lors donc tres cellules traitement l'on d'une qu'il "
        "c'est n'est"
    ),
    "german": words(
        "der die das und ist sind in den dem des ein eine einer eines einem einen zu zur zum mit von vom "
        "fur auf im nicht auch als an es wir sie ihr ihre ich sich wird werden bei nach oder aber aus "
        "uber um durch kann konnen hat haben wurde wurden noch nur mehr sehr wie dass diese dieser "
        "dieses unsere ihnen gegen zwischen behandlung stammzellen patienten"
    ),
    "italian": words(
        "il lo la i gli le di del della dei delle degli dello e in un una uno per che con non si da dal "
        "dalla nel nella nei sono come piu ma al alla alle ai ha hanno questo questa questi queste anche "
        "suo sua essere sulla sul tra fra puo possono nostro nostra ogni molto stato cellule cura "
        "trattamento"
    ),
    "portuguese": words(
        "o a os as de do da dos das e em no na nos nas um uma para por com que nao se seu sua seus suas "
        "mais como mas ao aos pelo pela ser sao foi tem muito ja tambem este esta isso entre quando sem "
        "sobre nosso nossa pode podem ate todos cada celulas tratamento"
    ),
    "dutch": words(
        "de het een en van in is zijn dat die op te met voor niet aan er om ook als bij door naar uit "
        "maar worden wordt kan kunnen heeft hebben deze dit wij we ze u uw onze ons hun over nog meer "
        "geen tot tegen veel zeer wat hoe waar of behandeling stamcellen"
    ),
    "turkish": words(
        "ve bir bu da de icin ile olarak cok daha gibi olan en ne ya veya ama kadar sonra her hem degil "
        "var yok ise tedavi hucre kok tedavisi hasta hastalar hastalarin olur eden edilir edilen uzere "
        "gore biz sizin bizim icinde tum ancak"
    ),
    "polish": words(
        "i w z na do nie sie jest to ze o jak za od po przez dla oraz lub ale czy tym tego jego jej ich "
        "sa byc moze przy bardzo ktore ktory ktora tylko takze tak juz pod ze nas nasz leczenie komorki "
        "komorek pacjentow chorych roku bez moga"
    ),
    "nordic": words(
        "och att det som en ett pa av for med till ar den inte om har de vi kan fran eller men sig var "
        "nar ska er og at til pa af ikke der et hos blir blev mot jeg du han hun vare deg seg vart fra "
        "etter ved behandling stamceller"
    ),
    "romanian": words(
        "si de la in cu pe un o este sunt nu se care din pentru mai ca sau prin dupa fi fost ale lui lor "
        "acest aceasta cele pot poate celule tratament al ai"
    ),
    "czech": words(
        "a v na se je ze s z do to i k o pro jako ale by jsou nebo po tak byl jeho pri co jsme kteri "
        "ktere lecba bunky bunek az uz jen od bez mohou take"
    ),
    "indonesian": words(
        "yang dan di ini itu dengan untuk dari pada adalah dalam tidak akan juga ke oleh atau bisa dapat "
        "kami anda mereka telah sudah lebih sebagai karena sel punca terapi"
    ),
    "vietnamese": words(
        "va la cua cac nhung mot cho co khong duoc trong voi nay da de nguoi khi tai ve den theo cung tu "
        "boi vi nhieu dieu tri te bao goc benh"
    ),
    "finnish": words(
        "ja on ei se etta oli han mutta ovat tai myos kun niin joka jos kuin voi sen hoito solut "
        "potilaiden ole olla joita hyvin mukaan"
    ),
    "hungarian": words(
        "a az es hogy nem is egy meg de van volt vagy ezt csak mint ki mar ha el minden kezeles ossejt "
        "ossejtek betegek ami azt lehet"
    ),
}

# What English has too speaks for nothing.
OTHERS = {language: listed - ENGLISH for language, listed in _LISTED.items()}
