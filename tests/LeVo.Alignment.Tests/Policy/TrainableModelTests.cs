using LeVo.Alignment.Policy;
using LeVo.Core;
using LeVo.Core.Model;
using LeVo.Testing;

namespace LeVo.Alignment.Tests.Policy;

public sealed class TrainableModelTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("levo-folders-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("relative", "")]
    [InlineData("parent", "../")]
    [InlineData("absolute", null)]
    public void ANewFolderLoadsWhereverItIsMoved(string kind, string? prefix)
    {
        string old = Release(prefix ?? At("release") + "/");
        using (LeVoModel first = LeVoModel.Load(new LeVoOptions { ModelPath = old, Backend = ModelBackend.Cpu }))
            Assert.NotNull(first.Info);
        Assert.Single(Directory.GetFiles(old, "*.levo"));
        File.Copy(Path.Combine(old, "model.safetensors"), At("trained.safetensors"));
        File.WriteAllText(Path.Combine(old, "notes.txt"), "kept");
        File.WriteAllText(Path.Combine(old, "model.pt"), "an old one");

        TrainableModel.Open(old).WriteFolder(At("new"), At("trained.safetensors"));
        Directory.Delete(At("release"), recursive: true);
        string moved = At("elsewhere/" + kind);
        Directory.CreateDirectory(At("elsewhere"));
        Directory.Move(At("new"), moved);

        Assert.Empty(Directory.GetFiles(moved, "*.levo", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(moved, "model.pt")));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(moved, "notes.txt")));
        Assert.DoesNotContain(At("release"), File.ReadAllText(Path.Combine(moved, "config.yaml")));
        ModelFolder folder = ModelFolder.Open(moved);
        folder.RequireCodec();
        Assert.All(folder.References, reference => Assert.StartsWith(moved, reference.Path));
        using LeVoModel model = LeVoModel.Load(new LeVoOptions { ModelPath = moved, Backend = ModelBackend.Cpu });
        Assert.Equal(folder.Hash, model.Info.Hash);
    }

    /// <summary>A tiny model in layout A, with common files in the root; the names in the configuration start with a
    /// prefix.</summary>
    private string Release(string prefix)
    {
        using var tiny = new TinyModel();
        string model = Directory.CreateDirectory(At("release/model")).FullName;
        string goldens = Path.Combine(Golden.Carried, "lelm");
        foreach (string name in (string[])["dual.safetensors", "vae.json", "vae.safetensors"])
            Move(Path.Combine(tiny.Path, name), At("release/ckpt/" + name));
        foreach (string file in Directory.GetFiles(Path.Combine(goldens, "tokenizer")))
            Copy(file, At("release/third_party/words/" + Path.GetFileName(file)));
        Copy(Path.Combine(goldens, "conf/vocab.yaml"), At("release/conf/tags.yaml"));
        string config = File.ReadAllText(Path.Combine(tiny.Path, "config.yaml"))
            .Replace($"{goldens}/tokenizer", prefix + "third_party/words", StringComparison.Ordinal)
            .Replace($"{goldens}/conf/vocab.yaml", prefix + "conf/tags.yaml", StringComparison.Ordinal)
            .Replace("Flow1dVAESeparate_dual", $"Flow1dVAESeparate_{prefix}ckpt/dual", StringComparison.Ordinal)
            .Replace("vae_config: vae.json", $"vae_config: {prefix}ckpt/vae.json", StringComparison.Ordinal)
            .Replace("vae_model: vae.safetensors", $"vae_model: {prefix}ckpt/vae.ckpt", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(model, "config.yaml"), config);
        Move(Path.Combine(tiny.Path, "model.safetensors"), Path.Combine(model, "model.safetensors"));
        return model;
    }

    private string At(string name) => Path.Combine(root, name);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static void Move(string from, string to)
    {
        Copy(from, to);
        File.Delete(from);
    }
}
