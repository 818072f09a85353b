using LeVo.Core.Text;

namespace LeVo.Alignment.Data;

/// <summary>Tiers of musicality in files.</summary>
internal static class MusicalityTiers
{
    /// <summary>Reads a tier's name: <c>VeryHigh</c>, <c>very-high</c>, or the tag.</summary>
    /// <exception cref="InvalidDataException">There is no such tier.</exception>
    public static Musicality Parse(string text)
    {
        string name = text.Trim().Trim('[', ']').Replace("-", "", StringComparison.Ordinal);
        const string Kind = "musicality";
        if (name.StartsWith(Kind, StringComparison.OrdinalIgnoreCase))
            name = name[Kind.Length..];
        Musicality[] tiers = [.. Enum.GetValues<Musicality>().Where(tier => tier.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))];
        return tiers is [var found] ? found : throw new InvalidDataException(
            $"'{(text.Length > 40 ? text[..40] + "..." : text)}' is no musicality; there are {string.Join(", ", Enum.GetNames<Musicality>())}.");
    }
}
