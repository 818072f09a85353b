namespace LeVo.Core.Hosting;

/// <summary>A service that reads parts of its files when they are first needed, and can read them earlier.</summary>
internal interface ILoadsParts
{
    /// <summary>Loads the parts that every song needs.</summary>
    /// <param name="cancellationToken">Stops between two parts.</param>
    void LoadParts(CancellationToken cancellationToken);
}
