using System.Text;

namespace LeVo.Experiments.MiniWorld;

/// <summary>Random words: mostly two or three open syllables, some closed ones, some real English.</summary>
/// <remarks>
/// A word is held out when the FNV-1a hash (64 bits, over its lower-case ASCII letters) leaves 0 modulo 10. Training
/// lyrics never contain a held-out word, held-out lyrics contain nothing else, so their lines differ as well.
/// </remarks>
public static class MiniWords
{
    private const double EnglishShare = 0.15;

    private static readonly string[] Onsets =
        ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "y", "z", "sh", "ch", "th"];
    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ee", "oo"];
    private static readonly string[] Codas = ["n", "l", "r", "s", "m", "t", "k", "p", "d", "sh", "f"];

    private static readonly string[] English = """
        a about after again air all alone along always and another any are around as ask away baby back bad be
        beach bed been before begin below better bird black blood blue body born both boy bread break bridge
        bright bring broken brother burn but by call came can car carry change child city clear climb close
        cloud coffee cold color come cool corner could cross cry dance dark day deep did door down dream drink
        drive drop dust each early earth east easy eat end even ever every eye face fade fall far fast father
        fear feel feet few field fight fill find fire first fish floor flow flower fly follow food foot for
        forest forget free friend from full garden gave get girl give glass go gold gone good goodbye green
        ground grow half hand happy hard have head hear heart heat heaven hello help her here high hill him
        his hold hollow home honey hope hot hour house how ice if in inside into island just keep kind king
        kiss know land last late laugh leaf learn leave left less let letter lie life light like line little
        live lonely long look lost loud love low made make many mark may maybe me mean meet memory middle milk
        mind mine minute mirror moment money moon more morning mother mountain mouth move music my name near
        need never new next night no north not nothing now ocean of off old on once one only open or other our
        out over own paper park part people picture piece place play please poor pretty pull push queen quiet
        rain read ready real red remember rest ride right ring rise river road rock roll room rose round run
        sad safe said sail salt same sand save say sea second secret see seed send seven shadow shall shape
        share she shine ship shoe shore should show silver simple since sing sister sit sky sleep slow small
        smile smoke snow so soft some song soon soul sound south speak spring stand star start stay step still
        stone stop storm story street strong summer sun sweet swim take talk tall tea tell ten thank that the
        their them then there they thing think this those time to today together tomorrow tonight too top
        touch town train tree true try turn under until up us very voice wait wake walk wall want war warm was
        water wave way we week well were west what wheel when where while white who why wide wild will wind
        window wing winter wish with woman wonder wood word work world would write year yellow yes yet you
        young your
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] EnglishForTraining = [.. English.Where(word => !IsHeldOut(word))];
    private static readonly string[] EnglishHeldOut = [.. English.Where(IsHeldOut)];

    /// <summary>True for words that no training song contains.</summary>
    public static bool IsHeldOut(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        ulong hash = 14695981039346656037;
        foreach (byte letter in Encoding.UTF8.GetBytes(word.ToLowerInvariant()))
            hash = (hash ^ letter) * 1099511628211;
        return hash % 10 == 0;
    }

    internal static string Draw(bool heldOut, ref MiniRandom random)
    {
        if (random.Chance(EnglishShare))
            return random.Pick(heldOut ? EnglishHeldOut : EnglishForTraining);
        while (true)
        {
            string word = Invent(ref random);
            if (IsHeldOut(word) == heldOut)
                return word;
        }
    }

    private static string Invent(ref MiniRandom random)
    {
        double kind = random.Unit();
        int syllables = kind < 0.1 ? 1 : kind < 0.7 ? 2 : 3;
        var word = new StringBuilder();
        if (random.Chance(0.1))
            word.Append(random.Pick(Vowels));
        for (int s = 0; s < syllables; s++)
            word.Append(random.Pick(Onsets)).Append(random.Pick(Vowels));
        if (random.Chance(0.2))
            word.Append(random.Pick(Codas));
        return word.ToString();
    }
}
