using LeVo.Alignment.Preferences;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.Tests.MiniWorld;

public sealed class PairFolderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-pairs-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void PairsOfAnInterruptedRunAreReplaced()
    {
        string path = Path.Combine(folder.FullName, "pairs");
        PairFolder.Write(path, [Pair(1), Pair(2)]);
        PairFolder.Write(path, [Pair(3)]);
        Assert.Equal(3, Assert.Single(new PreferenceStore(path).Read()).ChosenScore);
    }

    private static PreferencePair Pair(int score) => new(new("[verse] la", "pop"), SongTokens.FromRows([1], [2], [score]),
        SongTokens.FromRows([4], [5], [6]), "strategy", score, 0, new("model", 1, 2, "scorer"));
}
