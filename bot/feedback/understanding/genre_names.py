"""What members call the genres. Plurals follow by themselves, hyphens and apostrophes count as nothing."""

from typing import Final

NAMES: Final[dict[str, str]] = {
    "Action": """
        action, actioner, martial arts, kung fu, kungfu, shoot em up, actionfilm, pelicula de accion, film d action
        """,
    "Adventure": "adventure, adventures, swashbuckler, treasure hunt, abenteuer, abenteuerfilm, aventura, aventuras",
    "Animation": """
        animation, animated, anime, cartoon, cartoony, toon, stop motion, claymation, zeichentrick, zeichentrickfilm,
        trickfilm, animationsfilm, dessin anime, animacion, dibujos animados, cgi animation, animated feature
        """,
    "Biography": """
        biography, bio, biographical, biopic, biopics, bio pic, biographic, autobiography, autobiographical, biografia,
        biografie, biographie, life story
        """,
    "Comedy": """
        comedy, comedies, comedic, sitcom, slapstick, screwball, black comedy, dark comedy, comedie, comedia, komodie,
        komoedie, spoof comedy, commedia, comedy movie, stoner comedy
        """,
    "Crime": """
        crime, crimes, heist, gangster, mob, mobster, mafia, cops and robbers, police procedural, true crime, caper,
        organized crime, kriminalfilm, krimi, policier
        """,
    "Documentary": """
        documentary, documentaries, docu, docus, doc, docs, docuseries, dokumentarfilm, dokumentation, documentaire,
        documental, doku, nature doc
        """,
    "Drama": "drama, dramas, melodrama, period drama, costume drama, drame",
    "Family": """
        family, families, kids, kid, kids movie, kids film, kid film, childrens, children, for kids, for children, for
        the kids, kid friendly, family friendly, for the whole family, for families, familienfilm, kinderfilm, childrens
        movie, childrens film
        """,
    "Fantasy": """
        fantasy, fantasies, fantastical, fairy tale, fairytale, sword and sorcery, high fantasy, urban fantasy,
        fantasie, fantasia
        """,
    "Film-Noir": "film noir, noir, films noirs, noir film, filmnoir, noirish",
    "History": "history, historical, historic, historical epic, historienfilm, historique, historia",
    "Horror": """
        horror, horrors, slasher, zombie, creature feature, body horror, folk horror, horrorfilm, terror, horreur,
        splatter, film d horreur, pelicula de terror, monster horror, gore fest, gorefest, ghost story
        """,
    "Music": "music, concert film, concert movie, concert, music film, musik, musikfilm, musique, musica",
    "Musical": "musical, musicals, comedie musicale",
    "Mystery": """
        mystery, mysteries, whodunit, whodunnit, who dunnit, who dunit, murder mystery, detective, detective story,
        misterio, mystere
        """,
    "News": "news, newsreel, nachrichten",
    "Romance": """
        romance, romances, romantic, love story, lovestory, love film, love movie, liebesfilm, romantik, romantico,
        romantique
        """,
    "Sci-Fi": """
        sci fi, scifi, sci fy, scify, sf, syfy, science fiction, sience fiction, sciense fiction, sciencefiction, space
        opera, cyberpunk, sci fi film, ciencia ficcion, si fi, sifi, skiffy
        """,
    "Short": "short, shorts, short film, short movie, shortfilm, kurzfilm, court metrage, cortometraje",
    "Sport": """
        sport, sports, boxing movie, boxing film, football movie, football film, baseball movie, baseball film,
        basketball movie, soccer movie, soccer film, hockey movie, racing movie, sportfilm
        """,
    "Thriller": "thriller, thrillers, suspense, suspenseful, suspense film, krimithriller, thriller film",
    "War": """
        war, war film, war movie, wartime, ww2, wwii, wwi, ww1, world war 2, world war ii, world war two, world war i,
        antiwar, anti war, kriegsfilm, vietnam war, civil war
        """,
    "Western": "western, westerns, cowboy, cowboys, spaghetti western, wild west, wildwestfilm",
}
"""Names by genre. A name here is the genre, in any film of that kind."""

MIXED_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "rom com": ("Comedy", "Romance"),
    "romcom": ("Comedy", "Romance"),
    "rom coms": ("Comedy", "Romance"),
    "romedy": ("Comedy", "Romance"),
    "romantic comedy": ("Comedy", "Romance"),
    "dramedy": ("Comedy", "Drama"),
    "dram com": ("Comedy", "Drama"),
    "comedy drama": ("Comedy", "Drama"),
    "tragicomedy": ("Comedy", "Drama"),
    "docudrama": ("Documentary", "Drama"),
    "zomcom": ("Comedy", "Horror"),
    "zom com": ("Comedy", "Horror"),
    "horror comedy": ("Comedy", "Horror"),
    "horrorcomedy": ("Comedy", "Horror"),
    "actioncomedy": ("Action", "Comedy"),
    "rockumentary": ("Documentary", "Music"),
    "musical biopic": ("Biography", "Music"),
    "music biopic": ("Biography", "Music"),
    "music documentary": ("Documentary", "Music"),
    "space western": ("Sci-Fi", "Western"),
}
"""Names that say two genres."""

SUGGESTED: Final[dict[str, tuple[str, ...]]] = {
    "superhero": ("Action", "Adventure"),
    "super hero": ("Action", "Adventure"),
    "comic book": ("Action", "Adventure"),
    "spy": ("Action", "Thriller"),
    "espionage": ("Thriller",),
    "coming of age": ("Drama",),
    "tearjerker": ("Drama",),
    "tear jerker": ("Drama",),
    "weepie": ("Drama",),
    "soap opera": ("Drama",),
    "courtroom": ("Crime", "Drama"),
    "neo noir": ("Crime", "Film-Noir", "Thriller"),
    "disaster": ("Action", "Drama"),
    "dystopian": ("Drama", "Sci-Fi"),
    "dystopia": ("Drama", "Sci-Fi"),
    "post apocalyptic": ("Action", "Sci-Fi"),
    "steampunk": ("Fantasy", "Sci-Fi"),
    "time travel": ("Sci-Fi",),
    "kaiju": ("Action", "Sci-Fi"),
    "vampire": ("Fantasy", "Horror"),
    "werewolf": ("Fantasy", "Horror"),
    "haunted house": ("Horror",),
    "giallo": ("Horror", "Mystery", "Thriller"),
    "found footage": ("Horror",),
    "exploitation": ("Crime", "Horror"),
    "grindhouse": ("Action", "Horror"),
    "mockumentary": ("Comedy",),
    "parody": ("Comedy",),
    "spoof": ("Comedy",),
    "satire": ("Comedy",),
    "satirical": ("Comedy",),
    "stand up": ("Comedy",),
    "chick flick": ("Comedy", "Romance"),
    "chickflick": ("Comedy", "Romance"),
    "buddy cop": ("Action", "Comedy", "Crime"),
    "serial killer": ("Crime", "Thriller"),
    "samurai": ("Action", "Drama"),
    "wuxia": ("Action", "Adventure"),
    "pirate": ("Adventure",),
    "road movie": ("Adventure", "Drama"),
    "road trip": ("Adventure", "Comedy"),
    "period piece": ("Drama", "History"),
    "peplum": ("Adventure", "History"),
    "erotic": ("Drama", "Romance"),
    "propaganda": ("War",),
    "porn": (),
    "reality tv": (),
    "reality show": (),
    "talk show": (),
    "game show": (),
    "experimental": (),
    "arthouse": (),
    "art house": (),
    "b movie": (),
    "exploitation film": (),
    "tv show": (),
    "tv series": (),
    "series": (),
}
"""Kinds of film that IMDb has no genre for, or that are of several: only suggested, never taken.

Beside a genre they are mere adjectives.
"""

LOOKALIKES: Final[str] = """
    acting, actions, adventurer, animate, animates, animator, auction, biographer, caption, cartoonist, comely,
    cowboyish,
    diction, documented, dramatic, dramatist, eastern, faction, familiar, famine, fantastic, fiction, fictional,
    fraction, histology, historian, honor, humor, manor, masters, mastery, midwestern, mirror, mission, musician,
    remedy, roman, romanced, romances, shore, shot, shriller, sporting, sporty, spots, starts, supports, suspects,
    suspend, suspended, tarot, terrors, thrilled, thrills, wars, wester, westerner
"""
"""English words a letter away from a name: never taken for one."""
