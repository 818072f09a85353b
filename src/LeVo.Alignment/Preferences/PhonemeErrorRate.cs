using LeVo.Core.Text;

namespace LeVo.Alignment.Preferences;

/// <summary>The normalisation of phonemes before they are compared.</summary>
internal sealed record PhonemeNormalization
{
    /// <summary>Symbols of silence and pauses.</summary>
    public IReadOnlySet<string> Silent { get; init; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "", "_", "|", "sil", "sp", "spn", "<sil>", "<pad>" };

    /// <summary>Whether to remove stress digits (AH0) and IPA's stress and length marks.</summary>
    public bool RemoveStress { get; init; } = true;

    /// <summary>Whether to merge equal adjacent phonemes, because singers lengthen phonemes.</summary>
    public bool MergeRepeats { get; init; } = true;

    /// <summary>Returns the normalised symbols.</summary>
    public IReadOnlyList<string> Apply(IEnumerable<string> phonemes)
    {
        var kept = new List<string>();
        bool pause = true;
        foreach (string phoneme in phonemes)
        {
            string symbol = Nfc.Normalize(phoneme.Trim()).ToLowerInvariant();
            if (RemoveStress)
                symbol = string.Concat(symbol.Where(c => c is not ('ˈ' or 'ˌ' or 'ː') && !char.IsAsciiDigit(c)));
            bool silent = Silent.Contains(symbol);
            // A pause between two equal phonemes prevents merging.
            if (!silent && !(MergeRepeats && !pause && kept[^1] == symbol))
                kept.Add(symbol);
            pause = silent;
        }
        return kept;
    }
}

/// <summary>
/// Phoneme error rate: the minimum number of edits between the lyrics and the recognised phonemes, divided by the
/// lyrics' length.
/// </summary>
/// <param name="Substitutions">Number of phonemes recognised as another one.</param>
/// <param name="Insertions">Number of recognised phonemes that are not in the lyrics.</param>
/// <param name="Deletions">Number of phonemes of the lyrics that were not recognised.</param>
/// <param name="ReferenceLength">Number of phonemes of the lyrics.</param>
internal readonly record struct PhonemeErrorRate(int Substitutions, int Insertions, int Deletions, int ReferenceLength)
{
    /// <summary>Number of edits.</summary>
    public int Errors => Substitutions + Insertions + Deletions;

    /// <summary>
    /// Errors per phoneme of the lyrics; above 1 with many insertions. 0 for empty lyrics and silence.
    /// </summary>
    public double Rate => Errors == 0 ? 0 : (double)Errors / Math.Max(1, ReferenceLength);

    /// <summary>Adds the counts, for the rate over many songs.</summary>
    public static PhonemeErrorRate operator +(PhonemeErrorRate a, PhonemeErrorRate b) => new(
        a.Substitutions + b.Substitutions, a.Insertions + b.Insertions, a.Deletions + b.Deletions,
        a.ReferenceLength + b.ReferenceLength);

    /// <summary>Compares phonemes, after normalisation if one is given.</summary>
    public static PhonemeErrorRate Compute(
        IReadOnlyList<string> reference, IReadOnlyList<string> hypothesis, PhonemeNormalization? normalization = null)
    {
        if (normalization is not null)
            (reference, hypothesis) = (normalization.Apply(reference), normalization.Apply(hypothesis));
        return FromSteps(EditAlignment.Compute(reference, hypothesis), reference.Count);
    }

    /// <summary>Counts an alignment.</summary>
    public static PhonemeErrorRate FromSteps(IReadOnlyList<EditStep> steps, int referenceLength)
    {
        return new(Count(EditKind.Substitution), Count(EditKind.Insertion), Count(EditKind.Deletion), referenceLength);

        int Count(EditKind kind) => steps.Count(step => step.Kind == kind);
    }
}
