namespace LeVo.Samples.MiniWorld.Scoring;

/// <summary>Phone error rate: the edits that turn the reference into what was heard, divided by its length.</summary>
/// <param name="Substitutions">Phones heard as another one.</param>
/// <param name="Insertions">Phones heard that are not in the reference.</param>
/// <param name="Deletions">Phones of the reference that were not heard.</param>
/// <param name="ReferenceLength">Phones in the reference.</param>
public readonly record struct PhoneErrorRate(int Substitutions, int Insertions, int Deletions, int ReferenceLength)
{
    /// <summary>Number of edits.</summary>
    public int Errors => Substitutions + Insertions + Deletions;

    /// <summary>Errors per phone of the reference; above 1 when much is inserted. 0 for an empty reference without
    /// errors.</summary>
    public double Rate => Errors == 0 ? 0 : (double)Errors / Math.Max(1, ReferenceLength);

    /// <summary>Adds the counts, for the rate over many songs.</summary>
    public static PhoneErrorRate operator +(PhoneErrorRate a, PhoneErrorRate b) => new(
        a.Substitutions + b.Substitutions, a.Insertions + b.Insertions, a.Deletions + b.Deletions,
        a.ReferenceLength + b.ReferenceLength);

    /// <summary>The fewest edits between two phone sequences (Levenshtein).</summary>
    public static PhoneErrorRate Compare(IReadOnlyList<int> reference, IReadOnlyList<int> heard)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(heard);
        var cost = new int[reference.Count + 1, heard.Count + 1];
        for (int r = 0; r <= reference.Count; r++)
            cost[r, 0] = r;
        for (int h = 0; h <= heard.Count; h++)
            cost[0, h] = h;
        for (int r = 1; r <= reference.Count; r++)
            for (int h = 1; h <= heard.Count; h++)
                cost[r, h] = Math.Min(
                    cost[r - 1, h - 1] + (reference[r - 1] == heard[h - 1] ? 0 : 1),
                    1 + Math.Min(cost[r - 1, h], cost[r, h - 1]));

        int substitutions = 0, insertions = 0, deletions = 0;
        for (int r = reference.Count, h = heard.Count; r > 0 || h > 0;)
        {
            bool same = r > 0 && h > 0 && reference[r - 1] == heard[h - 1];
            if (r > 0 && h > 0 && cost[r, h] == cost[r - 1, h - 1] + (same ? 0 : 1))
            {
                substitutions += same ? 0 : 1;
                r--;
                h--;
            }
            else if (r > 0 && cost[r, h] == cost[r - 1, h] + 1)
            {
                deletions++;
                r--;
            }
            else
            {
                insertions++;
                h--;
            }
        }
        return new(substitutions, insertions, deletions, reference.Count);
    }
}
