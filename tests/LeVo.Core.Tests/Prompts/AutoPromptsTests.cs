using LeVo.Core.Prompts;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Core.Tests.Prompts;

public sealed class AutoPromptsTests : IDisposable
{
    private static readonly string Folder =
        Golden.Full("prompts");

    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void OurFormKeepsGenresLanguagesAndCodes()
    {
        SongTokens codes = SongTokens.FromRows([1, 2], [3, 4], [5, 6]);
        var lists = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<SongTokens>>>
        {
            ["R&B/Soul"] = new Dictionary<string, IReadOnlyList<SongTokens>> { ["zh"] = [codes] },
            ["Pop"] = new Dictionary<string, IReadOnlyList<SongTokens>> { [""] = [codes] },
        };
        string path = Path.Combine(folder, "auto_prompts.safetensors");
        new AutoPrompts("x", lists).Save(path);
        AutoPrompts read = AutoPrompts.Load(path);
        Assert.Equal(["Pop", "R&B/Soul"], read.Genres.Order(StringComparer.Ordinal));
        Assert.Equal(codes, read.Draw("Pop", "[verse] a", 1).Tokens);
        Assert.Equal(codes, read.Draw("R&B/Soul", "雪雪雪", 1).Tokens);
        Assert.Contains("'R&B/Soul' in the language 'en'", read.Problem("R&B/Soul", "[verse] a"), StringComparison.Ordinal);
        Assert.Contains("no genre 'Polka'", read.Problem("Polka", null), StringComparison.Ordinal);
    }

    [Fact]
    public void APointerIsNamed()
    {
        string path = Path.Combine(folder, "p.pt");
        File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 14959842\n");
        Assert.Contains("Git LFS", Assert.Throws<InvalidDataException>(() => AutoPrompts.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Category", "Golden")]
    [InlineData("auto_prompt.pt", "prompts", true)]
    [InlineData("prompt_first_release.pt", "first", false)]
    public void ReleasedLayoutsAreRead(string name, string stream, bool languages)
    {
        AutoPrompts prompts = AutoPrompts.Load(Path.Combine(Folder, name));
        Assert.NotEmpty(prompts.Genres);
        int checkedLists = 0;
        foreach (string genre in prompts.Genres)
        {
            foreach ((string code, string lyrics) in (ReadOnlySpan<(string, string)>)[("en", "[verse] word"), ("zh", "雪雪")])
            {
                if (prompts.Problem(genre, lyrics) is not null)
                    continue;
                string prefix = languages ? $"{stream}/{genre}/{code}/" : $"{stream}/{genre}/";
                SongTokens drawn = prompts.Draw(genre, lyrics, 5).Tokens;
                Assert.Contains(drawn, Enumerable.Range(0, 3).Select(i => Expected(prefix + i)));
                Assert.Equal(drawn, prompts.Draw(genre, lyrics, 5).Tokens);
                checkedLists++;
            }
        }
        Assert.True(checkedLists >= prompts.Genres.Count);
    }

    /// <summary>Beside the model, then in the root that is named, then in the folders above; released names and ours.</summary>
    [Fact]
    public void FilesAreLookedForBesideTheModelAndInTheRoots()
    {
        string model = Directory.CreateDirectory(Path.Combine(folder, "root", "models", "m")).FullName;
        string extra = Directory.CreateDirectory(Path.Combine(folder, "extra")).FullName;
        Assert.Null(AutoPrompts.Find(model, extra, out IReadOnlyList<string> tried));
        Assert.All((string[])[model, extra, Path.Combine(folder, "root"), Directory.GetCurrentDirectory()],
            place => Assert.Contains(Path.Combine(place, "tools", "new_auto_prompt.pt"), tried));
        // Each later place wins over those before it in this list.
        foreach (string place in (string[])[
            Path.Combine(folder, "root", "ckpt", "prompt.pt"), Path.Combine(folder, "root", "models", "prompt.pt"),
            Path.Combine(extra, "tools", "new_auto_prompt.pt"), Path.Combine(extra, "auto_prompts.safetensors"),
            Path.Combine(model, "prompt.pt"), Path.Combine(model, "new_auto_prompt.pt")])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.WriteAllText(place, "");
            Assert.Equal(place, AutoPrompts.Find(model, extra, out tried));
            Assert.Contains(place, tried);
        }
        Assert.Equal(Path.Combine(folder, "root", "models", "prompt.pt"),
            AutoPrompts.Find(Path.Combine(folder, "root", "models", "other"), null, out _));
    }

    private static SongTokens Expected(string name)
    {
        int[] codes = [.. LeVo.Testing.NameSeeded.Tokens(name, 750, 0, 512).Select(code => (int)code)];
        return SongTokens.FromRows(codes.AsSpan(0, 250), codes.AsSpan(250, 250), codes.AsSpan(500, 250));
    }
}
