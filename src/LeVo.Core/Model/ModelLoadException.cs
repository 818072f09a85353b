namespace LeVo.Core.Model;

/// <summary>A model's files are missing, incomplete or of the wrong shape. The message lists all that is wrong.</summary>
public sealed class ModelLoadException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="what">The file or model that could not be loaded.</param>
    /// <param name="problems">Everything that is wrong with it, one line each.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ModelLoadException(string what, IReadOnlyList<string> problems, Exception? innerException = null)
        : base($"{what} can't be loaded:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(p => "  - " + p))}",
            innerException) => Problems = problems;

    /// <summary>Everything that is wrong, one line each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
