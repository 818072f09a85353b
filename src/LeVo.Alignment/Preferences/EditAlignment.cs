namespace LeVo.Alignment.Preferences;

/// <summary>The operation of one alignment step.</summary>
internal enum EditKind
{
    /// <summary>Both sequences have the same symbol.</summary>
    Match,

    /// <summary>The hypothesis has another symbol.</summary>
    Substitution,

    /// <summary>The hypothesis has a symbol that the reference lacks.</summary>
    Insertion,

    /// <summary>The hypothesis lacks a symbol of the reference.</summary>
    Deletion,
}

/// <summary>One step of an alignment.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Reference">Index in the reference, -1 at an insertion.</param>
/// <param name="Hypothesis">Index in the hypothesis, -1 at a deletion.</param>
internal readonly record struct EditStep(EditKind Kind, int Reference, int Hypothesis);

/// <summary>
/// The alignment with the fewest edits (Levenshtein); ties prefer a match or substitution, then a deletion.
/// </summary>
internal static class EditAlignment
{
    /// <summary>Aligns two sequences.</summary>
    public static IReadOnlyList<EditStep> Compute<T>(
        IReadOnlyList<T> reference, IReadOnlyList<T> hypothesis, IEqualityComparer<T>? comparer = null)
    {
        comparer ??= EqualityComparer<T>.Default;
        int rows = reference.Count, columns = hypothesis.Count;
        var cost = new int[rows + 1, columns + 1];
        for (int r = 0; r <= rows; r++)
            cost[r, 0] = r;
        for (int h = 0; h <= columns; h++)
            cost[0, h] = h;
        for (int r = 1; r <= rows; r++)
        {
            for (int h = 1; h <= columns; h++)
            {
                cost[r, h] = Math.Min(cost[r - 1, h - 1] + Different(r, h),
                    1 + Math.Min(cost[r - 1, h], cost[r, h - 1]));
            }
        }
        var steps = new List<EditStep>(Math.Max(rows, columns));
        for (int r = rows, h = columns; r > 0 || h > 0;)
        {
            if (r > 0 && h > 0 && cost[r, h] == cost[r - 1, h - 1] + Different(r, h))
                steps.Add(new(Different(r, h) == 0 ? EditKind.Match : EditKind.Substitution, --r, --h));
            else if (r > 0 && cost[r, h] == cost[r - 1, h] + 1)
                steps.Add(new(EditKind.Deletion, --r, -1));
            else
                steps.Add(new(EditKind.Insertion, -1, --h));
        }
        steps.Reverse();
        return steps;

        int Different(int r, int h) => comparer.Equals(reference[r - 1], hypothesis[h - 1]) ? 0 : 1;
    }
}
