namespace LeVo.Experiments.MiniWorld;

/// <summary>One sung phone and the place in the text it comes from.</summary>
/// <param name="Phone">Index into <see cref="Phones.Names"/>; 0 is a rest.</param>
/// <param name="Source">Index of the character in the text that gave this phone.</param>
public readonly record struct SungPhone(int Phone, int Source);

/// <summary>The phones of the miniature world and the rules from letters to them.</summary>
/// <remarks>
/// One letter is one phone, except the digraphs (sh ch th ph ck ee oo), x = k s, and equal neighbours inside a word,
/// which merge ("ff" = f), so that two neighbouring phones always differ. Any run of blanks and punctuation is one
/// rest; apostrophes, digits and foreign letters are skipped; accents are dropped.
/// </remarks>
public static class Phones
{
    private static readonly string[] All =
    [
        "_", "a", "e", "i", "o", "u", "ee", "oo", "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v",
        "w", "y", "z", "sh", "ch", "th",
    ];

    private const string Accented = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ";
    private const string Plain = "aaaaaaceeeeiiiinoooooouuuuyy";

    /// <summary>The names; index 0 is silence.</summary>
    public static IReadOnlyList<string> Names => All;

    /// <summary>Number of classes, silence included.</summary>
    public static int Count => All.Length;

    /// <summary>The index of a name.</summary>
    /// <exception cref="ArgumentException">There is no such phone.</exception>
    public static int IndexOf(string name) => Array.IndexOf(All, name) is >= 0 and int index
        ? index
        : throw new ArgumentException($"There is no phone '{name}'.", nameof(name));

    /// <summary>Vowels carry the melody.</summary>
    public static bool IsVowel(int phone) => phone is >= 1 and <= 7;

    /// <summary>The phones of plain text (no structure tags), rests between words included, none at either
    /// end.</summary>
    public static IReadOnlyList<SungPhone> FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var phones = new List<SungPhone>(text.Length);
        int rest = -1; // where a rest began that is due before the next phone
        for (int i = 0; i < text.Length;)
        {
            char letter = Letter(text, i);
            if (letter is < 'a' or > 'z')
            {
                if (IsBreak(letter) && rest < 0)
                    rest = i;
                i++;
                continue;
            }
            if (rest >= 0 && phones.Count > 0)
                phones.Add(new SungPhone(0, rest));
            rest = -1;
            i += Sound(letter, Letter(text, i + 1), i, phones);
        }
        return phones;
    }

    /// <summary>Adds the sound of the letter (with the next one where they are a digraph); returns the letters
    /// used.</summary>
    private static int Sound(char letter, char next, int source, List<SungPhone> phones)
    {
        string? digraph = (letter, next) switch
        {
            ('s', 'h') => "sh",
            ('c', 'h') => "ch",
            ('t', 'h') => "th",
            ('p', 'h') => "f",
            ('c', 'k') => "k",
            ('e', 'e') => "ee",
            ('o', 'o') => "oo",
            _ => null,
        };
        if (digraph is not null)
        {
            Add(digraph, source, phones);
            return 2;
        }
        switch (letter)
        {
            case 'c': Add(next is 'e' or 'i' or 'y' ? "s" : "k", source, phones); break;
            case 'q': Add("k", source, phones); break;
            case 'j': Add("ch", source, phones); break;
            case 'x': Add("k", source, phones); Add("s", source, phones); break;
            case 'y': Add(next is 'a' or 'e' or 'i' or 'o' or 'u' ? "y" : "i", source, phones); break;
            default: Add(letter.ToString(), source, phones); break;
        }
        return 1;
    }

    private static void Add(string name, int source, List<SungPhone> phones)
    {
        int phone = IndexOf(name);
        if (phones.Count == 0 || phones[^1].Phone != phone)
            phones.Add(new SungPhone(phone, source));
    }

    private static char Letter(string text, int index)
    {
        if (index >= text.Length)
            return '\0';
        char letter = char.ToLowerInvariant(text[index]);
        int accented = Accented.IndexOf(letter);
        return accented < 0 ? letter : Plain[accented];
    }

    private static bool IsBreak(char letter) =>
        letter is not ('\'' or '\u2019') && (char.IsWhiteSpace(letter) || char.IsPunctuation(letter));
}
