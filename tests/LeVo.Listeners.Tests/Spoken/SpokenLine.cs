using LeVo.Testing;

namespace LeVo.Listeners.Tests.Spoken;

/// <summary>A line, and the phones that were recognised in it.</summary>
/// <param name="Text">The words.</param>
/// <param name="Clean">Phones with a little noise, as a recording has.</param>
/// <param name="Noisy">Phones with much noise.</param>
internal sealed record SpokenLine(string Text, string Clean, string Noisy)
{
    /// <summary>The lines that are stored.</summary>
    public static SpokenLine[] Stored() => [..
        from line in File.ReadLines(Path.Combine(Repository.Root, "tests", "LeVo.Listeners.Tests", "Spoken", "lines.txt"))
        where !line.StartsWith('#')
        let parts = line.Split('|')
        select new SpokenLine(parts[0], Speech(parts[1]), Speech(parts[2]))];

    /// <summary>Phones without silence and noise.</summary>
    public static string Speech(string phones) => string.Join(' ', phones.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Where(phone => phone != "SIL" && !phone.StartsWith('+')));
}
